import type { Context } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { cloudflareError } from "./errors.ts";

/** The key of a bucket's record: `${accountId}/${jurisdiction}/${name}`. */
export function bucketKey(accountId: unknown, jurisdiction: unknown, name: unknown): string {
  return `${accountId}/${jurisdiction ?? "default"}/${name}`;
}

/** The key of the bucket that a resource hangs on, by its inputs or outputs. */
export function keyOfItsBucket({ accountId, jurisdiction, bucketName }: Values): string {
  return bucketKey(accountId, jurisdiction, bucketName);
}

/** The same, where the bucket must exist. */
export function existingBucket({ store }: Context, inputs: Values): string {
  const key = keyOfItsBucket(inputs);
  if (!store.collection("r2Buckets").get(key)) {
    throw cloudflareError(10006, `The specified bucket ${String(inputs["bucketName"])} does not exist.`);
  }
  return key;
}

/** R2's settings of a bucket have no id; the real provider says so in these words. */
export const missingId = "missing ID";
