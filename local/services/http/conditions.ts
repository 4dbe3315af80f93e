import type { IncomingHttpHeaders } from "node:http";

/** What conditional headers say: go on, answer 304, or answer 412. */
export type Condition = "proceed" | "not modified" | "failed";

/** The current representation: its ETag with quotes, and when it was modified, milliseconds. */
export interface Representation {
  readonly etag: string;
  readonly modified: number;
}

/** Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` in RFC 9110's order. */
export function checkConditions(
  headers: IncomingHttpHeaders,
  current: Representation | undefined,
  reading: boolean,
): Condition {
  const seconds = Math.floor((current?.modified ?? 0) / 1000) * 1000;
  const ifMatch = headers["if-match"];
  const unmodifiedSince = Date.parse(headers["if-unmodified-since"] ?? "");
  if (ifMatch !== undefined) {
    if (!current || !listed(ifMatch, current.etag, true)) return "failed";
  } else if (!Number.isNaN(unmodifiedSince) && current && seconds > unmodifiedSince) {
    return "failed";
  }
  const ifNoneMatch = headers["if-none-match"];
  const modifiedSince = Date.parse(headers["if-modified-since"] ?? "");
  const unchanged =
    ifNoneMatch !== undefined
      ? current !== undefined && listed(ifNoneMatch, current.etag, false)
      : reading && current !== undefined && seconds <= modifiedSince;
  if (!unchanged) return "proceed";
  return reading ? "not modified" : "failed";
}

/** Whether `If-Range` lets a range of this representation be sent. */
export function allowsRange(header: string | undefined, current: Representation): boolean {
  if (header === undefined) return true;
  if (header.startsWith('"')) return header === current.etag;
  return Math.floor(current.modified / 1000) * 1000 === Date.parse(header);
}

function listed(header: string, etag: string, strong: boolean): boolean {
  if (header.trim() === "*") return true;
  return header
    .split(",")
    .map((tag) => tag.trim())
    .some(
      (tag) => opaque(tag) === opaque(etag) && !(strong && (tag.startsWith("W/") || etag.startsWith("W/"))),
    );
}

/** Without `W/`; quotes are optional, as S3 has it. */
function opaque(tag: string): string {
  return tag.replace(/^W\//, "").replaceAll('"', "");
}
