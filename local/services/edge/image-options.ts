import type { RuleRequest } from "../../../catalog/rules-language/index.ts";

/** Why a picture is not transformed, as Cloudflare numbers it. Its documentation does not say with which status: these are ours. */
export class ImageError extends Error {
  constructor(
    readonly code: number,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ImageError";
  }
}

const fits = ["scale-down", "contain", "cover", "crop", "pad", "squeeze"] as const;
const formats = ["auto", "avif", "webp", "jpeg", "baseline-jpeg"] as const;

/** How a picture is to be made. */
export interface ImageOptions {
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly fit: (typeof fits)[number];
  /** 1 to 100, and whether that was asked for. */
  readonly quality?: number;
  /** Absent for the source's own. */
  readonly format?: (typeof formats)[number];
  /** Lead to the source where it cannot be made. */
  readonly redirectOnError: boolean;
}

/** `/cdn-cgi/image/<options>/<source>`, taken apart. */
export interface ImageRequest {
  readonly options: ImageOptions;
  /** As if the source itself had been asked for. */
  readonly source: RuleRequest;
}

const prefix = "/cdn-cgi/image/";
const longestSide = 12_000;

/** Whether it asks for a transformation, right or wrong, in a zone that has them. */
export const isImageRequest = ({ path }: RuleRequest, zoneSetting: unknown): boolean =>
  path.startsWith(prefix) && (zoneSetting === "on" || zoneSetting === "open");

/**
 * https://developers.cloudflare.com/images/transform-images/transform-via-url/
 * @throws ImageError 9401 or 9406, naming what is wrong
 */
export function readImageRequest(request: RuleRequest): ImageRequest {
  const [, list = "", rest = ""] = /^([^/]*)\/?(.*)$/s.exec(request.path.slice(prefix.length)) ?? [];
  return { options: readOptions(list), source: sourceOf(request, rest) };
}

function sourceOf(request: RuleRequest, rest: string): RuleRequest {
  // An address's two slashes may have become one on the way.
  const absolute = /^https?:\/+(.*)$/s.exec(rest)?.[1];
  const address = absolute === undefined ? `${request.host}/${rest}` : absolute;
  const wrong = new ImageError(9406, 400, "The address of the image is missing or not one.");
  if (rest === "" || !URL.canParse(`http://${address}`)) throw wrong;
  const { hostname, pathname } = new URL(`http://${address}`);
  return { ...request, host: hostname, path: pathname };
}

function readOptions(list: string): ImageOptions {
  const given = new Map<string, string>();
  for (const option of list.split(",")) {
    const [, name = "", value = ""] = /^([a-z-]+)=(.+)$/.exec(option) ?? [];
    const full = names[name];
    if (full === undefined)
      throw invalid(`${option || "no option"} is none of ${Object.keys(names).join(", ")}`);
    given.set(full, value);
  }
  return {
    width: whole(given, "width", longestSide),
    height: whole(given, "height", longestSide),
    fit: oneOf(given, "fit", fits) ?? "scale-down",
    quality: whole(given, "quality", 100),
    format: oneOf(given, "format", formats),
    redirectOnError: oneOf(given, "onerror", ["redirect"]) !== undefined,
  };
}

/** The options that are imitated, with their short names. */
const names: Readonly<Record<string, string>> = {
  width: "width",
  w: "width",
  height: "height",
  h: "height",
  fit: "fit",
  quality: "quality",
  q: "quality",
  format: "format",
  f: "format",
  onerror: "onerror",
};

function whole(given: ReadonlyMap<string, string>, name: string, most: number): number | undefined {
  const value = given.get(name);
  if (value === undefined) return undefined;
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > most) throw invalid(`${name}=${value} is no whole number from 1 to ${most}`);
  return number;
}

function oneOf<Value extends string>(
  given: ReadonlyMap<string, string>,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const value = given.get(name);
  const found = values.find((each) => each === value);
  if (value !== undefined && found === undefined) {
    throw invalid(`${name}=${value} is none of ${values.join(", ")}`);
  }
  return found;
}

const invalid = (what: string) =>
  new ImageError(9401, 400, `Invalid options, or none that are imitated: ${what}.`);
