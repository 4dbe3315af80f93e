import type { Readable } from "node:stream";
import type { ObjectStore } from "../object-store/object-store.ts";
import type { Headers } from "./freshness.ts";

/** An answer of the origin; its content is opened only when it is wanted. */
export interface OriginAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Bytes. */
  readonly size: number;
  /** The content, or the bytes from `start` to `end`, both included. */
  open(start?: number, end?: number): Promise<Readable | Buffer>;
}

/** A bucket as the origin of a host: the object at the path, with the headers it was stored with. */
export async function fetchObject(
  objectStore: ObjectStore,
  bucketKey: string,
  path: string,
): Promise<OriginAnswer> {
  const key = keyOf(path);
  const info = key === undefined ? undefined : await objectStore.head(bucketKey, key);
  if (!info) {
    const body = Buffer.from("<!doctype html><title>Not found</title><h1>Object not found</h1>\n");
    return {
      status: 404,
      headers: { "content-type": "text/html; charset=utf-8" },
      size: body.length,
      open: () => Promise.resolve(body),
    };
  }
  const stored = Object.entries(info.headers).filter(([name]) => !name.startsWith("x-amz-meta-"));
  return {
    status: 200,
    headers: {
      "content-type": "application/octet-stream",
      ...Object.fromEntries(stored),
      etag: info.etag,
      "last-modified": new Date(info.modified).toUTCString(),
      "accept-ranges": "bytes",
    },
    size: info.size,
    open: (start, end) => objectStore.open(bucketKey, info, start, end),
  };
}

function keyOf(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1)) || undefined;
  } catch {
    return undefined;
  }
}
