import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { allowsRange, checkConditions } from "../http/conditions.ts";
import { parseRange } from "../http/range.ts";
import type { Mitigation } from "./mitigation.ts";

/** What is to be sent: from the cache or the origin. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  /** Bytes. */
  readonly size: number;
  open(start?: number, end?: number): Promise<Readable | Buffer>;
}

/** Sends an answer as the request's conditions, range and method want it; how many bytes of content went out. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, size, open }: Answer,
): Promise<number> {
  const current = {
    etag: String(headers.etag ?? ""),
    modified: Date.parse(String(headers["last-modified"] ?? "")) || 0,
  };
  const condition = status === 200 ? checkConditions(request.headers, current, true) : "proceed";
  if (condition !== "proceed") {
    const { "content-type": _type, ...others } = headers;
    response.writeHead(condition === "failed" ? 412 : 304, others).end();
    return 0;
  }
  const ranged = status === 200 && allowsRange(request.headers["if-range"] as string | undefined, current);
  const range = ranged ? parseRange(request.headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...headers, "content-range": `bytes */${size}`, "content-length": 0 }).end();
    return 0;
  }
  const length = range ? range.end - range.start + 1 : size;
  const sent = {
    ...headers,
    "content-length": length,
    ...(range ? { "content-range": `bytes ${range.start}-${range.end}/${size}` } : {}),
  };
  if (request.method === "HEAD") {
    response.writeHead(range ? 206 : status, sent).end();
    return 0;
  }
  const body = await open(range?.start, range?.end);
  response.writeHead(range ? 206 : status, sent);
  if (Buffer.isBuffer(body)) response.end(body);
  else await pipeline(body, response);
  return length;
}

/** Sends what the edge answers by itself, in place of the origin; nobody may keep it. */
export function refuse(response: ServerResponse, { status, headers, body }: Mitigation): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "private, max-age=0, no-store",
    ...headers,
    "content-length": Buffer.byteLength(body),
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}
