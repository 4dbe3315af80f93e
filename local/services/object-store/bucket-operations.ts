import type { Bucket, Operation } from "./operation.ts";
import { sendXml } from "./operation.ts";
import type { ObjectInfo } from "./objects.ts";
import { compareKeys } from "./objects.ts";
import { limits } from "./limits.ts";
import { S3Error } from "./s3-error.ts";
import { elements, fromXml, readText, textOf, toXml } from "./xml.ts";

/** ListObjectsV2 and its elder ListObjects: objects in byte order of their keys, common prefixes folded. */
export async function listObjects(bucket: Bucket, { query, response }: Operation): Promise<void> {
  const second = query.get("list-type") === "2";
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const encoded = encodingOf(query);
  const max = Math.min(integer(query, "max-keys", limits.keys), limits.keys);
  const token = query.get("continuation-token");
  const after = second
    ? token === null
      ? (query.get("start-after") ?? "")
      : decodeToken(token)
    : (query.get("marker") ?? "");
  const page = fold(await bucket.objects.list(), { prefix, delimiter, after, max });
  const contents = page.objects.map((info) => ({
    Key: encoded(info.key),
    LastModified: new Date(info.modified).toISOString(),
    ETag: info.etag,
    Size: info.size,
    StorageClass: "STANDARD",
  }));
  const shared = {
    Name: bucket.name,
    Prefix: encoded(prefix),
    ...(delimiter ? { Delimiter: encoded(delimiter) } : {}),
    MaxKeys: max,
    ...(query.has("encoding-type") ? { EncodingType: "url" } : {}),
    IsTruncated: page.next !== undefined,
    Contents: contents,
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encoded(common) })),
  };
  const paging = second
    ? {
        KeyCount: contents.length + page.prefixes.length,
        ...(token === null ? {} : { ContinuationToken: token }),
        ...(query.has("start-after") ? { StartAfter: encoded(query.get("start-after")!) } : {}),
        ...(page.next === undefined ? {} : { NextContinuationToken: encodeToken(page.next) }),
      }
    : {
        Marker: encoded(after),
        ...(page.next === undefined ? {} : { NextMarker: encoded(page.next) }),
      };
  sendXml(response, toXml("ListBucketResult", { ...shared, ...paging }));
}

/** DeleteObjects: up to 1,000 keys, each with its own result. */
export async function deleteObjects(bucket: Bucket, { body, response }: Operation): Promise<void> {
  const content = fromXml(await readText(body()), "Delete");
  const keys = elements(content.Object).map(({ Key }) => textOf(Key));
  if (keys.length === 0 || keys.length > limits.keys) {
    throw new S3Error("MalformedXML", `DeleteObjects takes 1 to ${limits.keys} keys.`);
  }
  for (const key of keys) await bucket.objects.delete(key);
  const quiet = content.Quiet === "true";
  sendXml(response, toXml("DeleteResult", { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) }));
}

/** ListMultipartUploads. */
export async function listUploads(bucket: Bucket, { query, response }: Operation): Promise<void> {
  const encoded = encodingOf(query);
  const max = Math.min(integer(query, "max-uploads", limits.keys), limits.keys);
  const prefix = query.get("prefix") ?? "";
  const after = query.get("key-marker") ?? "";
  const all = (await bucket.uploads.list()).filter(
    ({ key }) => key.startsWith(prefix) && (after === "" || compareKeys(key, after) > 0),
  );
  const page = all.slice(0, max);
  sendXml(
    response,
    toXml("ListMultipartUploadsResult", {
      Bucket: bucket.name,
      Prefix: encoded(prefix),
      KeyMarker: encoded(after),
      MaxUploads: max,
      IsTruncated: all.length > page.length,
      ...(all.length > page.length ? { NextKeyMarker: encoded(page.at(-1)?.key ?? "") } : {}),
      Upload: page.map(({ id, key, initiated }) => ({
        Key: encoded(key),
        UploadId: id,
        Initiated: new Date(initiated).toISOString(),
        StorageClass: "STANDARD",
      })),
    }),
  );
}

/** A whole number not below 0 from the query. */
export function integer(query: URLSearchParams, name: string, byDefault: number): number {
  const text = query.get(name);
  if (text === null) return byDefault;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new S3Error("InvalidArgument", `${name} must be an integer not below 0.`);
}

interface Folding {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only what comes after this key or common prefix. */
  readonly after: string;
  readonly max: number;
}

/** One page; `next` is its last key or prefix when more follows. */
function fold(all: readonly ObjectInfo[], { prefix, delimiter, after, max }: Folding) {
  const objects: ObjectInfo[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (const info of all) {
    if (!info.key.startsWith(prefix)) continue;
    const cut = delimiter ? info.key.indexOf(delimiter, prefix.length) : -1;
    const common = cut < 0 ? undefined : info.key.slice(0, cut + delimiter.length);
    const name = common ?? info.key;
    if (name === last || (after !== "" && compareKeys(name, after) <= 0)) continue;
    if (objects.length + prefixes.length >= max)
      return { objects, prefixes, next: max === 0 ? undefined : last };
    if (common === undefined) objects.push(info);
    else prefixes.push(common);
    last = name;
  }
  return { objects, prefixes, next: undefined };
}

/** With `encoding-type=url`, names are percent-encoded: not every key can stand in XML. */
function encodingOf(query: URLSearchParams): (text: string) => string {
  const type = query.get("encoding-type");
  if (type !== null && type !== "url") throw new S3Error("InvalidArgument", "encoding-type must be url.");
  return type === "url" ? (text) => encodeURIComponent(text).replaceAll("%2F", "/") : (text) => text;
}

function encodeToken(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function decodeToken(token: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(token)) return Buffer.from(token, "base64url").toString();
  throw new S3Error("InvalidArgument", "The continuation token is not one of ours.");
}
