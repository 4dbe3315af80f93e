import { isOwn, type Behaviour } from "../behaviour.ts";
import { cloudflareImport } from "../import-id.ts";
import { accountProblems } from "./accounts.ts";
import { bucketKey } from "./bucket-key.ts";
import { cloudflareError } from "./errors.ts";

const keyOf = (values: Readonly<Record<string, unknown>>): string =>
  bucketKey(values["accountId"], values["jurisdiction"], values["name"]);

/** A bucket of the local object store. */
export const r2Bucket: Behaviour = {
  token: "cloudflare:index/r2Bucket:R2Bucket",
  notImitated: [
    "locations and jurisdictions: all objects lie on this machine",
    "storage classes: all objects are stored alike",
    "a name used before keeping its first location",
  ],
  ignoredChanges: ["location"],
  problems: accountProblems,
  apply({ store }, request) {
    const buckets = store.collection("r2Buckets");
    const { inputs, urn } = request;
    const key = keyOf(inputs);
    const found = buckets.get(key);
    if (found && !isOwn(found, request)) {
      throw cloudflareError(10004, "The bucket you tried to create already exists, and you own it.");
    }
    const bucket = {
      urn,
      accountId: String(inputs["accountId"]),
      name: String(inputs["name"]),
      jurisdiction: String(inputs["jurisdiction"]),
      location: String(inputs["location"] ?? found?.location ?? "weur"),
      storageClass: String(inputs["storageClass"]),
      creationDate: found?.creationDate ?? new Date().toISOString(),
    };
    buckets.put(key, bucket);
    return { id: bucket.name, outputs: { creationDate: bucket.creationDate, location: bucket.location } };
  },
  observe({ store }, id, state) {
    const bucket = store.collection("r2Buckets").get(keyOf({ name: id, ...state }));
    if (!bucket) return undefined;
    const { urn: _urn, ...properties } = bucket;
    return properties;
  },
  imported({ store }, id) {
    const [accountId, name = "", jurisdiction] = cloudflareImport(
      "<account_id>/<bucket_name>/<jurisdiction>",
      id,
    );
    const bucket = store.collection("r2Buckets").get(keyOf({ accountId, name, jurisdiction }));
    if (!bucket) return undefined;
    const { urn: _urn, ...outputs } = bucket;
    return { id: name, outputs };
  },
  async remove({ store, hooks }, _id, state) {
    const key = keyOf(state);
    if (!store.collection("r2Buckets").get(key)) return;
    if (!(await hooks.bucketIsEmpty(key))) {
      throw cloudflareError(10008, "The bucket you tried to delete is not empty. Delete its objects first.");
    }
    await hooks.dropBucket(key);
    store.collection("r2Buckets").delete(key);
  },
};
