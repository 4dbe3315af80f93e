import fc from "fast-check";
import { expect, test } from "vitest";
import { cropOf, dragged, whole } from "./crop.ts";

const picture = { width: 1200, height: 600 };

test("at first it is the largest frame, in the middle", () => {
  expect(cropOf(picture, 1, whole)).toEqual({ left: 300, top: 0, width: 600, height: 600 });
  expect(cropOf({ width: 600, height: 1200 }, 2, whole)).toEqual({
    left: 0,
    top: 450,
    width: 600,
    height: 300,
  });
});

test("zooming shows less, around the same middle", () => {
  expect(cropOf(picture, 1, { ...whole, zoom: 2 })).toEqual({ left: 450, top: 150, width: 300, height: 300 });
});

test("dragging to the right shows what is to the left, up to the edge, and back at once", () => {
  const right = dragged(picture, 1, whole, 0.25, 0);
  expect(cropOf(picture, 1, right).left).toBe(150);
  const edge = dragged(picture, 1, whole, 5, 0);
  expect(cropOf(picture, 1, edge).left).toBe(0);
  expect(cropOf(picture, 1, dragged(picture, 1, edge, -0.25, 0)).left).toBe(150);
});

test("whatever one does, the frame is inside the picture and keeps its shape", () => {
  const side = fc.integer({ min: 1, max: 8000 });
  const number = fc.double({ min: -9, max: 9, noNaN: true });
  fc.assert(
    fc.property(
      side,
      side,
      fc.double({ min: 0.3, max: 3, noNaN: true }),
      number,
      number,
      number,
      (...args) => {
        const [width, height, shape, zoom, x, y] = args;
        const crop = cropOf(
          { width, height },
          shape,
          dragged({ width, height }, shape, { zoom, x, y }, x, y),
        );
        expect(crop.width / crop.height).toBeCloseTo(shape, 6);
        expect(crop.left).toBeGreaterThanOrEqual(0);
        expect(crop.top).toBeGreaterThanOrEqual(0);
        expect(crop.left + crop.width).toBeLessThanOrEqual(width + 1e-6);
        expect(crop.top + crop.height).toBeLessThanOrEqual(height + 1e-6);
      },
    ),
  );
});
