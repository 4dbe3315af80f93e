import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, expect, it } from "vitest";
import { accountId, bucketToken, mediaKey, secretOf, startTestStore } from "./test-store.ts";
import { actionTypeOf } from "./usage.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

it("counts what was allowed, by bucket, kind and hour, and tells what buckets hold", async () => {
  let now = Date.now();
  const local = await startTestStore({ now: () => now });
  undo.push(() => local.close());
  const client = (token = local.token) =>
    new S3Client({
      endpoint: local.endpoint,
      region: "auto",
      forcePathStyle: true,
      maxAttempts: 1,
      systemClockOffset: now - Date.now(),
      credentials: { accessKeyId: token.id, secretAccessKey: secretOf(token) },
    });
  const put = (Key: string, Body: string) =>
    client().send(new PutObjectCommand({ Bucket: "media", Key, Body }));
  await put("a", "12345");
  await put("b", "123");
  await client().send(new ListObjectsV2Command({ Bucket: "media" }));
  const unknown = client(bucketToken("nobody's", "media"));
  await expect(unknown.send(new GetObjectCommand({ Bucket: "media", Key: "a" }))).rejects.toThrow();
  now += 3_600_000;
  await put("a", "1");
  // As the edge reads it.
  const info = await local.objectStore.head(mediaKey, "a");
  (await local.objectStore.open(mediaKey, info!)).destroy();

  const { operations, storage } = await local.objectStore.usage();
  const own = { accountId, bucketName: "media" };
  expect(operations.map(({ time: _time, ...counted }) => counted)).toEqual([
    { ...own, actionType: "PutObject", requests: 2 },
    { ...own, actionType: "ListObjects", requests: 1 },
    { ...own, actionType: "PutObject", requests: 1 },
    { ...own, actionType: "GetObject", requests: 1 },
  ]);
  expect(storage).toEqual([
    { ...own, time: now, payloadSize: 4, objectCount: 2 },
    { accountId, bucketName: "other", time: now, payloadSize: 0, objectCount: 0 },
  ]);
});

it.each([
  ["HEAD", "", "", "HeadBucket"],
  ["GET", "", "", "ListObjects"],
  ["GET", "", "uploads", "ListMultipartUploads"],
  ["GET", "", "location", "GetBucketLocation"],
  ["POST", "", "delete", "DeleteObjects"],
  ["HEAD", "k", "", "HeadObject"],
  ["GET", "k", "", "GetObject"],
  ["GET", "k", "uploadId=1", "ListParts"],
  ["PUT", "k", "", "PutObject"],
  ["PUT", "k", "uploadId=1&partNumber=1", "UploadPart"],
  ["POST", "k", "uploads", "CreateMultipartUpload"],
  ["POST", "k", "uploadId=1", "CompleteMultipartUpload"],
  ["DELETE", "k", "uploadId=1", "AbortMultipartUpload"],
  ["DELETE", "k", "", "DeleteObject"],
])("%s of key %j with ?%s is %s", (method, key, query, actionType) => {
  expect(actionTypeOf(method, key, new URLSearchParams(query), false)).toBe(actionType);
});

it("a copy is called by what it copies to", () => {
  expect(actionTypeOf("PUT", "k", new URLSearchParams(), true)).toBe("CopyObject");
  expect(actionTypeOf("PUT", "k", new URLSearchParams("uploadId=1"), true)).toBe("UploadPartCopy");
});
