import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketNames,
  buckets,
  checkUpload,
  extensionOf,
  isBucket,
  isMediaType,
  largestUpload,
  type MediaType,
  mediaTypeNames,
  sniffLength,
  sniffMediaType,
} from "./upload-rules.ts";

const MiB = 1024 * 1024;

/** Bytes given as text for ASCII and numbers for the rest. */
function bytes(...parts: (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : [part])),
  );
}

const ftyp = (brand: string) => bytes(0, 0, 0, 24, "ftyp", brand, 0, 0, 2, 0, "isom", brand, "tail");
const ebml = (docType: string) =>
  bytes(
    0x1a,
    0x45,
    0xdf,
    0xa3,
    0x80 + 11 + docType.length,
    0x42,
    0x86,
    0x81,
    1,
    0x42,
    0xf2,
    0x81,
    4,
    0x42,
    0x82,
    0x80 + docType.length,
    docType,
  );

/** The first bytes of a file of each type, as real encoders write them. */
const samples: Record<MediaType, Uint8Array[]> = {
  "image/jpeg": [
    bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16, "JFIF", 0, 1, 1, 0, 0, 1, 0, 1, 0, 0),
    bytes(0xff, 0xd8, 0xff, 0xe1, 0, 32, "Exif", 0, 0),
    bytes(0xff, 0xd8, 0xff, 0xdb, 0, 67, 0),
  ],
  "image/png": [bytes("\x89PNG\r\n\x1a\n", 0, 0, 0, 13, "IHDR", 0, 0, 0, 1)],
  "image/webp": ["VP8 ", "VP8L", "VP8X"].map((chunk) =>
    bytes("RIFF", 36, 0, 0, 0, "WEBP", chunk, 24, 0, 0, 0),
  ),
  "image/gif": [
    bytes("GIF89a", 1, 0, 1, 0, 0, 0, 0, 0x2c),
    bytes("GIF87a", 1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2c),
    bytes("GIF89a", 1, 0, 1, 0, 0xf7, 0, 0, "\0".repeat(768), 0x21, 0xf9),
  ],
  "video/mp4": ["isom", "iso5", "mp41", "mp42", "avc1", "M4V ", "dash"].map(ftyp),
  "video/quicktime": [ftyp("qt  ")],
  "video/webm": [
    ebml("webm"),
    // As Chromium's recorder writes it, with lengths of eight bytes; and with a DocType that is padded.
    bytes(0x1a, 0x45, 0xdf, 0xa3, 1, 0, 0, 0, 0, 0, 0, 7, 0x42, 0x82, 0x84, "webm"),
    ebml("webm\0\0"),
  ],
};
const known = mediaTypeNames.flatMap((type) => samples[type].map((sample) => [type, sample] as const));

describe("sniffMediaType", () => {
  it.each(known)("knows %s", (type, sample) => {
    expect(sniffMediaType(sample)).toBe(type);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", bytes()],
    ["SVG", bytes(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)],
    ["HTML", bytes("<!doctype html><script>alert(1)</script>")],
    ["PDF", bytes("%PDF-1.7\n")],
    ["a GIF that is a script", bytes("GIF89a=1;alert(document.domain)//", "\0".repeat(40))],
    ["a GIF that is a page", bytes("GIF89a<html><script>alert(1)</script></html>")],
    ["a JPEG that is a script", bytes(0xff, 0xd8, 0xff, "*/=1;alert(1)")],
    ["a JPEG's start with a page", bytes(0xff, 0xd8, 0xff, "<html>")],
    [
      "a JPEG whose header hides a script",
      bytes(0xff, 0xd8, 0xff, 0xe0, 0x2f, 0x2a, "JFIF", "\0".repeat(30), "*/=alert(1)"),
    ],
    ["a PNG's signature with a page", bytes("\x89PNG\r\n\x1a\n<html><script>alert(1)</script>")],
    ["RIFF that is sound", bytes("RIFF", 36, 0, 0, 0, "WAVEfmt ")],
    ["WebP with no image", bytes("RIFF", 36, 0, 0, 0, "WEBP<html>")],
    ["Matroska", ebml("matroska")],
    ["a page in an EBML header", bytes(0x1a, 0x45, 0xdf, 0xa3, "<html>webm</html>")],
    ["sound in MP4", ftyp("M4A ")],
    ["HEIC", ftyp("heic")],
    ["AVIF", ftyp("avif")],
    ["3GP", ftyp("3gp4")],
    ["a ftyp box of no proper size", bytes("<htmftypisom<script>alert(1)</script>")],
  ])("does not take %s for media", (_, sample) => {
    expect(sniffMediaType(sample)).toBeUndefined();
  });

  it("needs the leading bytes alone, and is never wrong for a file cut short", () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.uint8Array(), fc.nat(), ([type, sample], rest, cut) => {
        const file = Uint8Array.from([...sample, ...rest]);
        expect(sniffMediaType(file)).toBe(type);
        expect([type, undefined]).toContain(sniffMediaType(file.subarray(0, cut % sample.length)));
        const long = new Uint8Array(4 * sniffLength);
        long.set(sample);
        expect(sniffMediaType(long.subarray(0, sniffLength))).toBe(sniffMediaType(long));
      }),
    );
  });

  it("takes no text for media and throws on no bytes", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(sniffMediaType(new TextEncoder().encode(text))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.uint8Array(), fc.nat(8), ([, sample], rest, keep) => {
        const damaged = Uint8Array.from([...sample.subarray(0, keep), ...rest]);
        expect([undefined, ...mediaTypeNames]).toContain(sniffMediaType(damaged));
      }),
    );
  });
});

describe("checkUpload", () => {
  it("has 5 MB for each bucket, 10 MB for covers and backgrounds", () => {
    expect(bucketNames).toEqual(["avatars", "posts", "products", "videos", "covers", "backgrounds"]);
    for (const name of bucketNames) {
      expect(buckets[name].maxBytes).toBe((name === "covers" || name === "backgrounds" ? 10 : 5) * MiB);
    }
    expect(largestUpload).toBe(10 * MiB);
  });

  it("accepts exactly the listed buckets and types up to the bucket's size", () => {
    const bucket = fc.oneof(
      fc.constantFrom(...bucketNames),
      fc.constantFrom("__proto__", "toString", "../posts"),
      fc.string(),
    );
    const type = fc.oneof(
      fc.constantFrom(...mediaTypeNames),
      fc.constantFrom("image/svg+xml", "constructor"),
      fc.string(),
    );
    const size = fc.oneof(
      fc.integer({ min: -1, max: 11 * MiB }),
      fc.constantFrom(0, 5 * MiB, 5 * MiB + 1, 10 * MiB, NaN, Infinity),
    );
    fc.assert(
      fc.property(bucket, type, size, (bucket, type, size) => {
        const codes = checkUpload({ bucket, type, size }).map((problem) => problem.code);
        const maxBytes = isBucket(bucket) ? buckets[bucket].maxBytes : largestUpload;
        expect(codes.includes("unknown_bucket")).toBe(!(bucketNames as readonly string[]).includes(bucket));
        expect(codes.includes("unsupported_type")).toBe(
          !(mediaTypeNames as readonly string[]).includes(type),
        );
        expect(codes.includes("empty_file")).toBe(!(size > 0));
        expect(codes.includes("file_too_large")).toBe(size > maxBytes);
      }),
    );
  });

  it("says the limit", () => {
    const [problem] = checkUpload({ bucket: "posts", type: "image/png", size: 5 * MiB + 1 });
    expect(problem).toEqual({
      code: "file_too_large",
      message: "The file is too large. At most 5 MB are accepted here.",
    });
  });

  it("gives each type an extension of its own", () => {
    expect(new Set(mediaTypeNames.map(extensionOf)).size).toBe(mediaTypeNames.length);
    expect(isMediaType("image/jpg")).toBe(false);
  });
});
