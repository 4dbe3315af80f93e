import type { RequestListener } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Store } from "../../state/store.ts";
import { applyLifecycle } from "./lifecycle.ts";
import { bucketKeyOf, createListener } from "./listener.ts";
import type { Bucket } from "./operation.ts";
import { ObjectFolder } from "./objects.ts";
import type { ObjectInfo } from "./objects.ts";
import { S3Error } from "./s3-error.ts";
import { Uploads } from "./uploads.ts";
import { analyticsName, OperationCounts, type R2Usage } from "./usage.ts";

export interface ObjectStoreOptions {
  /** Where objects lie; made when needed. */
  readonly directory: string;
  readonly store: Store;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
  /** Refuse a second write to one key within a second, as R2 may. Default: false. */
  readonly limitWrites?: boolean;
}

/** R2: buckets as the records say, objects on disk. A bucket is named by its key, `account/jurisdiction/name`. */
export interface ObjectStore {
  /** The S3 API. */
  readonly listener: RequestListener;
  head(bucketKey: string, key: string): Promise<ObjectInfo | undefined>;
  /** The content, or the bytes from `start` to `end`, both included. */
  open(bucketKey: string, info: ObjectInfo, start?: number, end?: number): Promise<Readable>;
  /** Whether the bucket holds neither objects nor unfinished uploads: Cloudflare refuses to delete any other. */
  isEmpty(bucketKey: string): Promise<boolean>;
  /** What the buckets hold, and what was done with them since the start. */
  usage(): Promise<R2Usage>;
  /** Removes the bucket's content. */
  dropBucket(bucketKey: string): Promise<void>;
  /** Executes the lifecycle rules of all buckets. To be called now and then. */
  sweepLifecycles(now?: number): Promise<{ objects: number; uploads: number }>;
  /** Removes what a killed process left of uploads. To be called once, before the first request. */
  recover(): Promise<void>;
}

/** What of R2 is not imitated. */
export const notImitated: readonly string[] = [
  "R2: the limit of one write a second to the same key (available, off by default)",
  "R2: storage classes, server-side encryption with customer keys, bucket locks, event notifications",
  "R2: creating, changing or deleting buckets through the S3 API",
  "R2: checksums crc32c and crc64nvme",
  "R2: analytics of what was done before the start, and of what was stored at another moment than now",
  "R2: the account and jurisdiction in the endpoint's host name; one endpoint serves all",
];

export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { directory, store, now = Date.now, limitWrites = false } = options;
  const buckets = new Map<string, Bucket>();
  const bucket = (bucketKey: string): Bucket => {
    const known = buckets.get(bucketKey);
    if (known) return known;
    const objects = new ObjectFolder(join(directory, encodeURIComponent(bucketKey)));
    const name = bucketKey.split("/").at(-1)!;
    const opened: Bucket = { bucketKey, name, objects, uploads: new Uploads(objects) };
    buckets.set(bucketKey, opened);
    return opened;
  };
  const counts = new OperationCounts();
  const keys = () => store.collection("r2Buckets").list().map(bucketKeyOf);
  return {
    listener: createListener({
      store,
      bucket,
      now,
      beforeWrite: limitWrites ? onceASecond(now) : () => undefined,
      counted: (bucketKey, actionType) => counts.note(bucketKey, actionType, now()),
    }),
    head: (bucketKey, key) => bucket(bucketKey).objects.head(key),
    open(bucketKey, info, start, end) {
      counts.note(bucketKey, "GetObject", now());
      return bucket(bucketKey).objects.open(info, start, end);
    },
    async usage() {
      const storage = store
        .collection("r2Buckets")
        .list()
        .map(async (record) => {
          const held = await bucket(bucketKeyOf(record)).objects.list();
          return {
            time: now(),
            accountId: record.accountId,
            bucketName: analyticsName(record),
            payloadSize: held.reduce((bytes, { size }) => bytes + size, 0),
            objectCount: held.length,
          };
        });
      return { operations: counts.list(), storage: await Promise.all(storage) };
    },
    async isEmpty(bucketKey) {
      const { objects, uploads } = bucket(bucketKey);
      return (await objects.isEmpty()) && (await uploads.list()).length === 0;
    },
    async dropBucket(bucketKey) {
      await bucket(bucketKey).objects.drop();
      buckets.delete(bucketKey);
    },
    async sweepLifecycles(at = now()) {
      const removed = { objects: 0, uploads: 0 };
      for (const key of keys()) {
        const rules = store.collection("r2BucketLifecycles").get(key)?.rules ?? [];
        const { objects, uploads } = await applyLifecycle(bucket(key), rules, at);
        removed.objects += objects;
        removed.uploads += uploads;
      }
      return removed;
    },
    async recover() {
      for (const key of keys()) await bucket(key).objects.removeUnfinished();
    },
  };
}

/** R2's limit on writes to one key. */
function onceASecond(now: () => number): (bucketKey: string, key: string) => void {
  const last = new Map<string, number>();
  return (bucketKey, key) => {
    const at = now();
    for (const [name, time] of last) if (at - time >= 1000) last.delete(name);
    const name = `${bucketKey}/${key}`;
    if (last.has(name)) {
      throw new S3Error("TooManyRequests", "Reduce your concurrent request rate for the same object.");
    }
    last.set(name, at);
  };
}
