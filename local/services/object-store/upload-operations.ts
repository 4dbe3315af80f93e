import { rm } from "node:fs/promises";
import { parseRange } from "../http/range.ts";
import { integer } from "./bucket-operations.ts";
import type { Bucket, Operation } from "./operation.ts";
import { sendXml } from "./operation.ts";
import { copySource, objectHeaders, requireConditions, requireLength } from "./object-operations.ts";
import { limits } from "./limits.ts";
import { S3Error } from "./s3-error.ts";
import { elements, fromXml, readText, textOf, toXml } from "./xml.ts";

/** CreateMultipartUpload. */
export async function createUpload(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  const { request, response, now } = operation;
  const upload = await bucket.uploads.create(key, objectHeaders(request.headers), now());
  sendXml(
    response,
    toXml("InitiateMultipartUploadResult", { Bucket: bucket.name, Key: key, UploadId: upload.id }),
  );
}

/** UploadPart and UploadPartCopy. */
export async function putPart(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  const { request, response, query, body, now } = operation;
  const upload = await bucket.uploads.get(query.get("uploadId") ?? "", key);
  const number = integer(query, "partNumber", 0);
  if (number < 1 || number > limits.partNumber) {
    throw new S3Error("InvalidArgument", `partNumber must be 1 to ${limits.partNumber}.`);
  }
  if (request.headers["x-amz-copy-source"] !== undefined) {
    const { source, info } = await copySource(operation);
    const asked = request.headers["x-amz-copy-source-range"];
    const range = parseRange(typeof asked === "string" ? asked : undefined, info.size);
    if (range === "unsatisfiable")
      throw new S3Error("InvalidRange", "The requested range is not satisfiable.");
    const received = await bucket.objects.receive(await source.objects.open(info, range?.start, range?.end));
    const part = await bucket.uploads.putPart(upload, number, received);
    const result = { ETag: part.etag, LastModified: new Date(now()).toISOString() };
    return sendXml(response, toXml("CopyPartResult", result));
  }
  requireLength(request.headers);
  const received = await bucket.objects.receive(body());
  try {
    const part = await bucket.uploads.putPart(upload, number, received);
    response.writeHead(200, { etag: part.etag, "content-length": 0 }).end();
  } finally {
    await rm(received.file, { force: true });
  }
}

/** CompleteMultipartUpload. */
export async function completeUpload(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  const { request, response, query, body, now } = operation;
  const content = fromXml(await readText(body()), "CompleteMultipartUpload");
  const parts = elements(content.Part).map(({ PartNumber, ETag }) => ({
    number: Number(textOf(PartNumber)),
    etag: textOf(ETag),
  }));
  const upload = await bucket.uploads.get(query.get("uploadId") ?? "", key);
  const info = await bucket.uploads.complete(upload, parts, now(), (current) =>
    requireConditions(request.headers, current),
  );
  const result = { Location: `/${bucket.name}/${key}`, Bucket: bucket.name, Key: key, ETag: info.etag };
  sendXml(response, toXml("CompleteMultipartUploadResult", result));
}

/** AbortMultipartUpload. */
export async function abortUpload(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  await bucket.uploads.abort(await bucket.uploads.get(operation.query.get("uploadId") ?? "", key));
  operation.response.writeHead(204).end();
}

/** ListParts. */
export async function listParts(bucket: Bucket, key: string, { query, response }: Operation): Promise<void> {
  const upload = await bucket.uploads.get(query.get("uploadId") ?? "", key);
  const max = Math.min(integer(query, "max-parts", limits.keys), limits.keys);
  const after = integer(query, "part-number-marker", 0);
  const all = (await bucket.uploads.parts(upload)).filter(({ number }) => number > after);
  const page = all.slice(0, max);
  sendXml(
    response,
    toXml("ListPartsResult", {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      PartNumberMarker: after,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: max,
      IsTruncated: all.length > page.length,
      Part: page.map(({ number, etag, size }) => ({
        PartNumber: number,
        ETag: etag,
        Size: size,
        LastModified: new Date(upload.initiated).toISOString(),
      })),
    }),
  );
}
