import type { CorsRule, LifecycleRule } from "../../state/model.ts";
import { isTakenOver, type Behaviour } from "../behaviour.ts";
import { accountProblems } from "./accounts.ts";
import { existingBucket, keyOfItsBucket, missingId } from "./bucket-key.ts";

/** A bucket has one list of each kind of rules: writing it replaces what was there. */
function rulesOf<Rule extends CorsRule | LifecycleRule>(
  token: string,
  collection: "r2BucketCors" | "r2BucketLifecycles",
  notImitated: readonly string[],
): Behaviour {
  return {
    token,
    notImitated,
    deleteBeforeReplace: true,
    problems: accountProblems,
    apply(context, { inputs, urn }) {
      const bucket = existingBucket(context, inputs);
      const rules = (inputs["rules"] ?? []) as Rule[];
      // Each collection holds its own kind of rules, which the catalog has checked.
      context.store.collection(collection).put(bucket, { urn, bucket, rules: rules as never });
      return { id: missingId, outputs: {} };
    },
    observe({ store }, _id, state) {
      const record = store.collection(collection).get(keyOfItsBucket(state));
      return record && { ...state, rules: record.rules };
    },
    remove(context, _id, state, urn) {
      const records = context.store.collection(collection);
      const key = keyOfItsBucket(state);
      if (!isTakenOver(context, records.get(key), urn)) records.delete(key);
    },
  };
}

/** Which pages may read a bucket's objects by script. */
export const r2BucketCors = rulesOf<CorsRule>(
  "cloudflare:index/r2BucketCors:R2BucketCors",
  "r2BucketCors",
  [],
);

/** What is thrown away with time. */
export const r2BucketLifecycle = rulesOf<LifecycleRule>(
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
  "r2BucketLifecycles",
  [
    "storageClassTransitions: objects stay in the one class there is",
    "the rules staying on the bucket after destroy: here they go",
    "the default rule that aborts multipart uploads after 7 days",
  ],
);
