import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { frontFetch } from "./front-fetch.ts";
import { must, type JourneyTarget, type Step } from "./journey.ts";
import { onePixel } from "./pictures.ts";

// Node 20 will do for what is asked of it here.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

function s3(
  { objectStore, credentials }: JourneyTarget,
  secretAccessKey = credentials.secretAccessKey,
): S3Client {
  return new S3Client({
    endpoint: objectStore,
    region: "auto",
    forcePathStyle: true,
    credentials: { accessKeyId: credentials.accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
}

/** The picture at its public address, and the bucket through an S3 client. */
export const media: Step[] = [
  {
    name: "first request is a MISS",
    run: async ({ found }) => {
      const response = await frontFetch(found.mediaUrl ?? "");
      must(response.status === 200, `answered ${response.status}`);
      must(Buffer.from(await response.arrayBuffer()).equals(onePixel), "the bytes are not those uploaded");
      const header = (name: string) => response.headers.get(name) ?? "(none)";
      must(header("cf-cache-status") === "MISS", `cf-cache-status is ${header("cf-cache-status")}`);
      must(header("content-type") === "image/png", `content-type is ${header("content-type")}`);
      must(
        /max-age=31536000, immutable/.test(header("cache-control")),
        `cache-control is ${header("cache-control")}`,
      );
      must(header("x-content-type-options") === "nosniff", "no nosniff");
      return header("cache-control");
    },
  },
  {
    name: "second request is a HIT",
    run: async ({ found }) => {
      // The query string is no part of the cache key.
      const response = await frontFetch(`${found.mediaUrl}?w=1`);
      await response.arrayBuffer();
      const status = response.headers.get("cf-cache-status");
      must(status === "HIT", `cf-cache-status is ${status}`);
      return `age ${response.headers.get("age")}`;
    },
  },
  {
    name: "only the app's pages may read it",
    run: async ({ target, found }) => {
      const allowed = async (origin: string) => {
        const response = await frontFetch(found.mediaUrl ?? "", { headers: { origin } });
        await response.arrayBuffer();
        return response.headers.get("access-control-allow-origin");
      };
      must((await allowed(target.app)) === target.app, "the app's origin is not allowed");
      const foreign = await allowed("https://evil.example");
      must(foreign === null, `a foreign origin is allowed: ${foreign}`);
      return "app allowed, foreign not";
    },
  },
  {
    name: "S3 client reads and lists the bucket",
    run: async ({ target, found }) => {
      const client = s3(target);
      const key = new URL(found.mediaUrl ?? "").pathname.slice(1);
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: target.bucket, Prefix: "posts/" }),
      );
      must(
        Contents.some(({ Key }) => Key === key),
        "the upload is not listed",
      );
      const { Body } = await client.send(new GetObjectCommand({ Bucket: target.bucket, Key: key }));
      must(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(onePixel), "other bytes");
      return `${Contents.length} object(s) under posts/`;
    },
  },
  {
    name: "wrong S3 signature refused",
    run: async ({ target }) => {
      const client = s3(target, "0".repeat(64));
      const refusal = await client
        .send(new PutObjectCommand({ Bucket: target.bucket, Key: "posts/forged.png", Body: onePixel }))
        .then(
          () => undefined,
          (error: Error) => error,
        );
      must(refusal?.name === "SignatureDoesNotMatch", `answered ${refusal?.name ?? "with success"}`);
      return refusal.name;
    },
  },
];

/** The edge's rate limit: taken last, since it holds this address off for a while. */
export const rateLimit: Step = {
  name: "rate limit answers 429",
  run: async ({ target, found }) => {
    for (let sent = 1; sent <= target.rateLimit + 20; sent++) {
      const response = await frontFetch(found.mediaUrl ?? "");
      await response.arrayBuffer();
      if (response.status !== 429) continue;
      must(response.headers.get("retry-after"), "429 without Retry-After");
      return `after ${sent} more requests`;
    }
    throw new Error(`${target.rateLimit + 20} requests in a row, all answered`);
  },
};
