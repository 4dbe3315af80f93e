import type { IncomingHttpHeaders } from "node:http";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { allowsRange, checkConditions } from "../http/conditions.ts";
import { parseRange } from "../http/range.ts";
import type { Bucket, Operation } from "./operation.ts";
import { sendXml } from "./operation.ts";
import type { ObjectInfo } from "./objects.ts";
import { checkKey } from "./objects.ts";
import { limits } from "./limits.ts";
import { S3Error } from "./s3-error.ts";
import { toXml } from "./xml.ts";

const keptHeaders = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** PutObject. */
export async function putObject(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  const { request, response, now, body } = operation;
  const headers = objectHeaders(request.headers);
  requireLength(request.headers);
  const received = await bucket.objects.receive(body());
  try {
    const info = await bucket.objects.put(
      received,
      { key, etag: `"${received.md5}"`, modified: now(), headers },
      (current) => requireConditions(request.headers, current),
    );
    response.writeHead(200, { etag: info.etag, "content-length": 0 }).end();
  } finally {
    // Nothing is here any more once it has become the object.
    await rm(received.file, { force: true });
  }
}

/** CopyObject, within a bucket or between two that the token may use. */
export async function copyObject(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  const { request, response, now } = operation;
  const { source, info } = await copySource(operation);
  const conditions = prefixed(request.headers, "x-amz-copy-source-");
  if (checkConditions(conditions, info, false) === "failed") throw preconditionFailed();
  const replace = request.headers["x-amz-metadata-directive"] === "REPLACE";
  if (!replace && source.bucketKey === bucket.bucketKey && info.key === key) {
    throw new S3Error("InvalidRequest", "An object is copied onto itself only with other metadata.");
  }
  const received = await bucket.objects.receive(await source.objects.open(info), Infinity);
  try {
    const copy = await bucket.objects.put(
      received,
      {
        key,
        etag: `"${received.md5}"`,
        modified: now(),
        headers: replace ? objectHeaders(request.headers) : info.headers,
      },
      (current) => requireConditions(request.headers, current),
    );
    const result = { ETag: copy.etag, LastModified: new Date(copy.modified).toISOString() };
    sendXml(response, toXml("CopyObjectResult", result));
  } finally {
    await rm(received.file, { force: true });
  }
}

/** The object that `x-amz-copy-source` names. */
export async function copySource(operation: Operation): Promise<{ source: Bucket; info: ObjectInfo }> {
  const header = String(operation.request.headers["x-amz-copy-source"]);
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(header)) ?? [];
  if (!name || !key) throw new S3Error("InvalidArgument", "x-amz-copy-source must be bucket/key.");
  checkKey(key);
  const source = operation.readableBucket(name);
  const info = await source.objects.head(key);
  if (!info) throw noSuchKey();
  return { source, info };
}

/** GetObject and HeadObject, with ranges, conditions and `response-…` overrides. */
export async function getObject(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  const { request, response, query } = operation;
  const info = await bucket.objects.head(key);
  if (!info) throw noSuchKey();
  const headers: Record<string, string | number> = {
    "content-type": "application/octet-stream",
    ...info.headers,
    ...overrides(query),
    etag: info.etag,
    "last-modified": new Date(info.modified).toUTCString(),
    "accept-ranges": "bytes",
  };
  const condition = checkConditions(request.headers, info, true);
  if (condition === "failed") throw preconditionFailed();
  if (condition === "not modified") {
    delete headers["content-type"];
    response.writeHead(304, headers).end();
    return;
  }
  const wanted = allowsRange(request.headers["if-range"] as string | undefined, info)
    ? parseRange(request.headers.range, info.size)
    : undefined;
  if (wanted === "unsatisfiable")
    throw new S3Error("InvalidRange", "The requested range is not satisfiable.");
  if (wanted) headers["content-range"] = `bytes ${wanted.start}-${wanted.end}/${info.size}`;
  headers["content-length"] = wanted ? wanted.end - wanted.start + 1 : info.size;
  if (request.method === "HEAD") {
    response.writeHead(wanted ? 206 : 200, headers).end();
    return;
  }
  const stream = await bucket.objects.open(info, wanted?.start, wanted?.end);
  response.writeHead(wanted ? 206 : 200, headers);
  await pipeline(stream, response);
}

/** DeleteObject: also of what is not there. */
export async function deleteObject(bucket: Bucket, key: string, { response }: Operation): Promise<void> {
  await bucket.objects.delete(key);
  response.writeHead(204).end();
}

/** What of a request's headers belongs to the object. */
export function objectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  let metadata = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string") continue;
    if (name.startsWith("x-amz-meta-"))
      metadata += name.length - "x-amz-meta-".length + Buffer.byteLength(value);
    else if (!keptHeaders.includes(name)) continue;
    kept[name] = value;
  }
  if (metadata > limits.metadataBytes) {
    throw new S3Error("MetadataTooLarge", `Custom metadata may have ${limits.metadataBytes} bytes in all.`);
  }
  // `aws-chunked` is how the body travels, not what it is.
  const encoding = (kept["content-encoding"] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "aws-chunked");
  delete kept["content-encoding"];
  if (encoding.length > 0) kept["content-encoding"] = encoding.join(",");
  return kept;
}

/** Throws PreconditionFailed where conditional headers forbid the write. */
export function requireConditions(headers: IncomingHttpHeaders, current: ObjectInfo | undefined): void {
  if (checkConditions(headers, current, false) === "failed") throw preconditionFailed();
}

/** A body whose length nobody told is refused. */
export function requireLength(headers: IncomingHttpHeaders): void {
  const length = headers["x-amz-decoded-content-length"] ?? headers["content-length"];
  if (length === undefined)
    throw new S3Error("MissingContentLength", "You must provide the Content-Length header.");
  if (Number(length) > limits.putBytes) {
    throw new S3Error("EntityTooLarge", "Your proposed upload exceeds 4.995 GiB.");
  }
}

/** Percent-decoding that answers 400 for what is not UTF-8. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidObjectName", "The object key is not percent-encoded UTF-8.");
  }
}

function overrides(query: URLSearchParams): Record<string, string> {
  const found = keptHeaders.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === null ? [] : [[name, value] as const];
  });
  if (found.some(([, value]) => /[^\t\x20-\x7e\x80-\xff]/.test(value))) {
    throw new S3Error("InvalidArgument", "A response-… parameter holds a character that no header may.");
  }
  return Object.fromEntries(found);
}

function prefixed(headers: IncomingHttpHeaders, prefix: string): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

function noSuchKey(): S3Error {
  return new S3Error("NoSuchKey", "The specified key does not exist.");
}

function preconditionFailed(): S3Error {
  return new S3Error("PreconditionFailed", "At least one of the preconditions you specified did not hold.");
}
