/** The smallest picture: a PNG of one transparent pixel. */
export const onePixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/** That picture made as large as wanted by what no decoder reads: bytes after its end. */
export function pictureOf(bytes: number): Buffer {
  return Buffer.concat([onePixel, Buffer.alloc(Math.max(0, bytes - onePixel.length))]);
}
