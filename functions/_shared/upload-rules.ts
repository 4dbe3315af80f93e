/**
 * What may be uploaded: the one table that the app (before it sends) and the function (before it stores) both read,
 * so that they cannot disagree. Plain data and pure functions, no imports: it runs in a browser, in Deno and in Node.
 */

const MiB = 1024 * 1024;

/** The buckets (first folder of a media key) and the most bytes a file in each may have. Any accepted type fits any bucket. */
export const buckets = {
  avatars: { maxBytes: 5 * MiB },
  posts: { maxBytes: 5 * MiB },
  products: { maxBytes: 5 * MiB },
  videos: { maxBytes: 5 * MiB },
  covers: { maxBytes: 10 * MiB },
  backgrounds: { maxBytes: 10 * MiB },
} as const;
export type Bucket = keyof typeof buckets;
export const bucketNames = Object.keys(buckets) as readonly Bucket[];

/** The accepted media types, each with the file name extension that its keys end in. */
export const mediaTypes = {
  "image/jpeg": { kind: "image", extension: "jpg" },
  "image/png": { kind: "image", extension: "png" },
  "image/webp": { kind: "image", extension: "webp" },
  "image/gif": { kind: "image", extension: "gif" },
  "video/mp4": { kind: "video", extension: "mp4" },
  "video/quicktime": { kind: "video", extension: "mov" },
  "video/webm": { kind: "video", extension: "webm" },
} as const;
export type MediaType = keyof typeof mediaTypes;
/** Also what `<input accept>` takes, joined by commas. */
export const mediaTypeNames = Object.keys(mediaTypes) as readonly MediaType[];

/** The most bytes that a file in any bucket may have. */
export const largestUpload = Math.max(...bucketNames.map((name) => buckets[name].maxBytes));

export function isBucket(name: string): name is Bucket {
  return Object.hasOwn(buckets, name);
}

export function isMediaType(type: string): type is MediaType {
  return Object.hasOwn(mediaTypes, type);
}

/** File name extension of a type, without the dot. */
export function extensionOf(type: MediaType): string {
  return mediaTypes[type].extension;
}

export interface UploadProblem {
  code: "unknown_bucket" | "unsupported_type" | "empty_file" | "file_too_large";
  /** For the person who uploads. */
  message: string;
}

/**
 * Everything that is wrong with an upload, all at once; an empty list means it is accepted.
 * `size` is in bytes. `type` is a bare media type, such as `File.type` in the app or {@link sniffMediaType} in the function.
 */
export function checkUpload(upload: { bucket: string; type: string; size: number }): UploadProblem[] {
  const { bucket, type, size } = upload;
  const problems: UploadProblem[] = [];
  if (!isBucket(bucket)) {
    problems.push({
      code: "unknown_bucket",
      message: `There is no such place for uploads. Use one of ${bucketNames.join(", ")}.`,
    });
  }
  const maxBytes = isBucket(bucket) ? buckets[bucket].maxBytes : largestUpload;
  // Written so that NaN is refused too.
  if (!(size > 0)) {
    problems.push({ code: "empty_file", message: "The file is empty." });
  } else if (!(size <= maxBytes)) {
    problems.push({
      code: "file_too_large",
      message: `The file is too large. At most ${maxBytes / MiB} MB are accepted here.`,
    });
  }
  if (!isMediaType(type)) {
    problems.push({
      code: "unsupported_type",
      message:
        "This kind of file is not accepted. Use a JPEG, PNG, WebP or GIF image, or an MP4, MOV or WebM video.",
    });
  }
  return problems;
}

/** {@link sniffMediaType} needs no more than this many leading bytes of a file (all of them, if it is shorter). */
export const sniffLength = 1024;

/**
 * The media type that a file's leading bytes show, or undefined. More than the magic number is read, up to the first
 * structure after the header, so that a page or script with an image's first bytes in front is not taken for an image.
 */
export function sniffMediaType(bytes: Uint8Array): MediaType | undefined {
  if (isJpeg(bytes)) return "image/jpeg";
  if (isPng(bytes)) return "image/png";
  if (isGif(bytes)) return "image/gif";
  if (isWebp(bytes)) return "image/webp";
  if (isWebm(bytes)) return "video/webm";
  return sniffIsoMedia(bytes);
}

/** ASCII at a place in the bytes; bytes past the end give a shorter text. */
function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** Big-endian unsigned number; NaN when the bytes end before it does. */
function uint(bytes: Uint8Array, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) value = value * 256 + (bytes[i] ?? NaN);
  return value;
}

/** Start of image, then a segment that may come first: tables (DB, C4), frames (C0-CF), restart interval (DD), APPn, comment. */
function isJpeg(bytes: Uint8Array): boolean {
  if (uint(bytes, 0, 3) !== 0xffd8ff) return false;
  const marker = bytes[3] ?? 0;
  const known =
    (marker >= 0xc0 && marker <= 0xcf) ||
    marker === 0xdb ||
    marker === 0xdd ||
    (marker >= 0xe0 && marker <= 0xef) ||
    marker === 0xfe;
  // A segment's length counts its own two bytes.
  const length = uint(bytes, 4, 2);
  if (marker === 0xe0 && ascii(bytes, 6, 11) === "JFIF\0") {
    // It holds a thumbnail of that width and height and nothing else: a longer one hides something.
    const rest = length - 16 - 3 * uint(bytes, 18, 1) * uint(bytes, 19, 1);
    if (rest !== 0 && !Number.isNaN(rest)) return false;
  }
  return known && length >= 2;
}

function isPng(bytes: Uint8Array): boolean {
  return (
    ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n" && uint(bytes, 8, 4) === 13 && ascii(bytes, 12, 16) === "IHDR"
  );
}

/** After header and global colour table comes an image (2C), an extension (21) or the end (3B). */
function isGif(bytes: Uint8Array): boolean {
  const magic = ascii(bytes, 0, 6);
  if ((magic !== "GIF87a" && magic !== "GIF89a") || bytes.length < 14) return false;
  const flags = bytes[10] ?? 0;
  const colourTable = flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
  return [0x2c, 0x21, 0x3b].includes(bytes[13 + colourTable] ?? 0);
}

function isWebp(bytes: Uint8Array): boolean {
  return (
    ascii(bytes, 0, 4) === "RIFF" &&
    ascii(bytes, 8, 12) === "WEBP" &&
    ["VP8 ", "VP8L", "VP8X"].includes(ascii(bytes, 12, 16))
  );
}

/** Major brands of MP4 video. Audio (`M4A `), stills (`heic`, `avif`) and the rest of the family are not listed. */
const mp4Brands = /^(isom|iso[2-9a-c]|mp4[12]|avc1|M4V |M4VH|M4VP|MSNV|mmp4|dash|f4v )$/;

/** MP4 and QuickTime begin with a `ftyp` box: size, name, major brand, minor version, compatible brands of 4 bytes each. */
function sniffIsoMedia(bytes: Uint8Array): MediaType | undefined {
  const size = uint(bytes, 0, 4);
  if (ascii(bytes, 4, 8) !== "ftyp" || !(size >= 16 && size <= 512) || size % 4 !== 0) return undefined;
  const brand = ascii(bytes, 8, 12);
  if (brand === "qt  ") return "video/quicktime";
  return mp4Brands.test(brand) ? "video/mp4" : undefined;
}

/** WebM is Matroska whose EBML header names the document type `webm`. */
function isWebm(bytes: Uint8Array): boolean {
  if (uint(bytes, 0, 4) !== 0x1a45dfa3) return false;
  const header = ebmlNumber(bytes, 4);
  const end = header.next + header.value;
  for (let at = header.next; at < end && at < bytes.length;) {
    const docType = uint(bytes, at, 2) === 0x4282;
    const size = ebmlNumber(bytes, ebmlNumber(bytes, at).next);
    // Not a length: damaged, or the bytes end here.
    if (!(size.next + size.value <= end)) return false;
    if (docType) return ascii(bytes, size.next, size.next + size.value).replace(/\0+$/, "") === "webm";
    at = size.next + size.value;
  }
  return false;
}

/**
 * EBML's variable-length number: the place of its first set bit tells how many bytes it has, the bits after it are the
 * value. NaN where the bytes do not hold one.
 */
function ebmlNumber(bytes: Uint8Array, at: number): { value: number; next: number } {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8) return { value: NaN, next: NaN };
  const value = (first & (0xff >> length)) * 256 ** (length - 1) + uint(bytes, at + 1, length - 1);
  return { value, next: at + length };
}
