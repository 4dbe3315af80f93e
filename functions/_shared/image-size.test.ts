import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageSize } from "./image-size.ts";
import { type MediaType, mediaTypeNames } from "./upload-rules.ts";

function bytes(...parts: (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : [part])),
  );
}

const u16 = (value: number) => [value >> 8, value & 255];
const u16le = (value: number) => [value & 255, value >> 8];
const u24le = (value: number) => [...u16le(value & 0xffff), value >> 16];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** Files of a size, each in one of the ways that it can be said. */
const writers: [string, MediaType, (width: number, height: number) => Uint8Array][] = [
  ["PNG", "image/png", (w, h) => bytes("\x89PNG\r\n\x1a\n", ...u32(13), "IHDR", ...u32(w), ...u32(h))],
  ["GIF", "image/gif", (w, h) => bytes("GIF89a", ...u16le(w), ...u16le(h))],
  [
    "lossy WebP",
    "image/webp",
    (w, h) => bytes("RIFF____WEBPVP8 ____", 0x30, 1, 0, 0x9d, 1, 0x2a, ...u16le(w | 0x4000), ...u16le(h)),
  ],
  [
    "lossless WebP",
    "image/webp",
    (w, h) => bytes("RIFF____WEBPVP8L____", 0x2f, ...u32((w - 1) | ((h - 1) << 14)).reverse()),
  ],
  [
    "extended WebP",
    "image/webp",
    (w, h) => bytes("RIFF____WEBPVP8X____", 0, 0, 0, 0, ...u24le(w - 1), ...u24le(h - 1)),
  ],
  ["JPEG", "image/jpeg", (w, h) => bytes(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, ...u16(h), ...u16(w))],
  [
    "progressive JPEG after other segments",
    "image/jpeg",
    (w, h) =>
      bytes(
        ...[0xff, 0xd8, 0xff, 0xe1, ...u16(1002), "\xff\xc0".repeat(500)],
        ...[0xff, 0xc4, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 17, 8, ...u16(h), ...u16(w)],
      ),
  ],
];

describe("imageSize", () => {
  it.each(writers)("reads that of a %s", (_, type, write) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16_383 }),
        fc.integer({ min: 1, max: 16_383 }),
        (width, height) => {
          expect(imageSize(type, write(width, height))).toEqual({ width, height });
        },
      ),
    );
  });

  it.each(writers)("does not guess that of a %s whose bytes end before", (_, type, write) => {
    const file = write(640, 480);
    for (let length = 0; length < file.length; length++) {
      expect(imageSize(type, file.subarray(0, length))).toBeUndefined();
    }
  });

  it("has none for videos, for what says 0, and for a JPEG without a frame", () => {
    expect(imageSize("video/mp4", new Uint8Array(100))).toBeUndefined();
    expect(imageSize("image/png", new Uint8Array(100))).toBeUndefined();
    expect(imageSize("image/jpeg", bytes(0xff, 0xd8, 0xff, 0xda, 0, 8, "\0".repeat(100)))).toBeUndefined();
  });

  it("takes any bytes, and ends", () => {
    fc.assert(
      fc.property(fc.constantFrom(...mediaTypeNames), fc.uint8Array({ maxLength: 200 }), (type, any) => {
        imageSize(type, any);
      }),
    );
  });
});
