import fc from "fast-check";
import { expect, test } from "vitest";
import { percentile } from "./percentile.ts";

test("is the nearest rank: of twenty, the nineteenth is the 95th", () => {
  const twenty = Array.from({ length: 20 }, (_, index) => 20 - index);
  expect(percentile(twenty, 0.95)).toBe(19);
  expect(percentile(twenty, 0.5)).toBe(10);
  expect(percentile([1, 2, 3], 0.5)).toBe(2);
  expect(percentile([7], 0.95)).toBe(7);
});

test("does not sort as text, and leaves what it is given as it is", () => {
  const values = [100, 9, 20];
  expect(percentile(values, 1)).toBe(100);
  expect(values).toEqual([100, 9, 20]);
});

test("there is none of nothing", () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test("is one of the values, which at least that share does not exceed", () => {
  const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ noNaN: true, min: 0, max: 1 }), (all, share) => {
      const found = percentile(all, share);
      expect(all).toContain(found);
      expect(all.filter((value) => value <= found).length).toBeGreaterThanOrEqual(
        Math.floor(share * all.length),
      );
    }),
  );
});
