import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { FitEnum, Metadata, Sharp } from "sharp";
import { ImageError, type ImageOptions } from "./image-options.ts";
import type { OriginAnswer } from "./origin.ts";

const largestFile = 70_000_000;
const largestArea = 100_000_000;
const largestAnimation = 50_000_000;
/** The longest side of an AVIF; it takes long to make. Where it is asked for by name, it may be larger. */
const longestAvif = { auto: 1200, asked: 1600 };
const defaultQuality = 85;

type Format = "avif" | "webp" | "jpeg" | "png" | "gif";

/** The format that the browser likes best, of those it says that it can show; undefined for the source's own. */
export function preferredFormat({ format }: ImageOptions, accept: string): Format | undefined {
  if (format !== "auto") return format === "baseline-jpeg" ? "jpeg" : format;
  return (["avif", "webp"] as const).find((each) => accept.includes(`image/${each}`));
}

/**
 * The source in another size and format. https://developers.cloudflare.com/images/transform-images/
 * @param wanted what {@link preferredFormat} says
 * @throws ImageError where it cannot be made, with Cloudflare's number
 */
export async function transformImage(
  source: OriginAnswer,
  options: ImageOptions,
  wanted: Format | undefined,
): Promise<OriginAnswer> {
  const type = refuseUnusable(source);
  // It has no size of its own.
  if (type === "image/svg+xml") return source;
  const content = await source.open();
  const bytes = Buffer.isBuffer(content) ? content : await buffer(content);

  const { default: sharp } = await import("sharp");
  const open = (animated: boolean) => sharp(bytes, { animated, limitInputPixels: false, failOn: "error" });
  const metadata = await open(false).metadata().catch(unreadable);
  const { width, height, pages = 1, format: own } = metadata;
  if (width * height > largestArea) {
    throw new ImageError(9413, 413, `The image has more than ${largestArea / 1e6} megapixels.`);
  }
  if (width * height * pages > largestAnimation && pages > 1) return source;
  if (!isFormat(own)) throw new ImageError(9520, 415, `The image format ${own} is not supported.`);

  // What a browser does not say that it can show, it is not sent.
  const shown = own !== "webp" ? own : metadata.hasAlpha ? "png" : "jpeg";
  let format: Format = wanted ?? (options.format === "auto" ? shown : own);
  const longest = Math.max(...Object.values(sizeOf(metadata, options)));
  const limit = options.format === "auto" ? longestAvif.auto : longestAvif.asked;
  if (format === "avif" && (longest > limit || pages > 1)) format = "webp";
  const animated = pages > 1 && (format === "gif" || format === "webp");
  const made = await encode(resize(open(animated).autoOrient(), metadata, options), format, options)
    .toBuffer()
    .catch(unreadable);
  return {
    status: 200,
    headers: {
      ...source.headers,
      "content-type": `image/${format}`,
      etag: `"cf${createHash("sha256").update(made).digest("hex").slice(0, 16)}:${source.headers.etag?.replace(/^W\/|"/g, "")}"`,
      ...(options.format === "auto" && { vary: "Accept" }),
      "cf-resized": `internal=ok/m q=0 n=${width}x${height}`,
    },
    size: made.length,
    open: (start = 0, end = made.length - 1) => Promise.resolve(made.subarray(start, end + 1)),
  };
}

/**
 * What is answered instead of a picture that cannot be made.
 * @throws what is no ImageError
 */
export function imageErrorAnswer(error: unknown): OriginAnswer {
  if (!(error instanceof ImageError)) throw error;
  const body = Buffer.from(`ERROR ${error.code}: ${error.message}\n`);
  return {
    status: error.status,
    headers: { "content-type": "text/plain; charset=utf-8", "cf-resized": `err=${error.code}` },
    size: body.length,
    open: (start = 0, end = body.length - 1) => Promise.resolve(body.subarray(start, end + 1)),
  };
}

/** The source's media type. */
function refuseUnusable({ status, headers, size }: OriginAnswer): string {
  if (status === 404 || status === 410) throw new ImageError(9404, 404, "The image does not exist.");
  if (status >= 500) throw new ImageError(9509, 502, `The origin answered with status ${status}.`);
  if (status >= 400) throw new ImageError(9408, status, `The origin answered with status ${status}.`);
  if (size > largestFile)
    throw new ImageError(9402, 413, `The image is larger than ${largestFile / 1e6} MB.`);
  const type = (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  if (!type.startsWith("image/"))
    throw new ImageError(9412, 415, `The origin answered with ${type}, no image.`);
  return type;
}

function unreadable(): never {
  throw new ImageError(9523, 415, "The image cannot be read: it may be damaged.");
}

const isFormat = (format: string): format is Format =>
  ["avif", "webp", "jpeg", "png", "gif"].includes(format);

const fitOf: Readonly<Record<ImageOptions["fit"], keyof FitEnum>> = {
  "scale-down": "inside",
  contain: "inside",
  cover: "cover",
  crop: "cover",
  pad: "contain",
  squeeze: "fill",
};

function resize(image: Sharp, { autoOrient: { width, height } }: Metadata, options: ImageOptions): Sharp {
  const { fit, width: wantedWidth, height: wantedHeight } = options;
  if (wantedWidth === undefined && wantedHeight === undefined) return image;
  const small = width <= (wantedWidth ?? Infinity) && height <= (wantedHeight ?? Infinity);
  if (small && (fit === "scale-down" || fit === "crop")) return image;
  return image.resize({
    width: wantedWidth,
    height: wantedHeight,
    fit: fitOf[fit],
    withoutEnlargement: fit === "scale-down" || fit === "crop",
    background: "#fff",
    // It rounds otherwise.
    fastShrinkOnLoad: false,
  });
}

/** About what it will measure, to choose the format by. */
function sizeOf({ autoOrient }: Metadata, options: ImageOptions): { width: number; height: number } {
  const { width, height } = autoOrient;
  const scale = Math.min((options.width ?? width) / width, (options.height ?? height) / height);
  const factor = options.fit === "scale-down" ? Math.min(1, scale) : scale;
  return { width: width * factor, height: height * factor };
}

function encode(image: Sharp, format: Format, { quality, format: asked }: ImageOptions): Sharp {
  const lossy = quality ?? defaultQuality;
  switch (format) {
    case "avif":
      return image.avif({ quality: lossy, effort: 2 });
    case "webp":
      return image.webp({ quality: lossy, lossless: lossy === 100 });
    case "jpeg":
      return image.flatten({ background: "#fff" }).jpeg({ quality: lossy, progressive: asked === "jpeg" });
    case "png":
      return image.png(quality === undefined ? {} : { palette: true, quality });
    case "gif":
      return image.gif();
  }
}
