import type { CorsRule, LifecycleRule } from "../../state/model.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { refusalOf } from "./checked.ts";
import { failure, success } from "./envelope.ts";
import { jurisdictionOf, noBucket, readsR2, writesR2 } from "./r2-buckets.ts";

/** A bucket's one list of each kind of rules: writing it replaces what was there. */
const kinds = [
  {
    path: "cors",
    collection: "r2BucketCors",
    token: "cloudflare:index/r2BucketCors:R2BucketCors",
    none: () => failure(404, 10059, "The CORS configuration does not exist."),
  },
  {
    path: "lifecycle",
    collection: "r2BucketLifecycles",
    token: "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
    none: () => success({ rules: [] }),
  },
] as const;

/** Who may read a bucket's objects by script, and what of them is thrown away with time. */
export function addBucketRuleRoutes({ app, store, allows }: CloudflareApi): void {
  for (const { path, collection, token, none } of kinds) {
    const rules = store.collection(collection);
    const route = `/client/v4/accounts/:account/r2/buckets/:bucket/${path}`;
    const bucketOf = (req: { param(): Record<string, string>; header(name: string): string | undefined }) => {
      const { account, bucket } = req.param();
      const key = `${account}/${jurisdictionOf(req)}/${bucket}`;
      return store.collection("r2Buckets").get(key) && key;
    };
    app.get(route, allows(...readsR2), ({ req }) => {
      const key = bucketOf(req);
      if (!key) return noBucket();
      const found = rules.get(key);
      return found ? success({ rules: found.rules }) : none();
    });
    app.put(route, allows(writesR2), async ({ req }) => {
      const key = bucketOf(req);
      if (!key) return noBucket();
      const { rules: given = [] } = await body(req.raw);
      const [accountId, , bucketName] = key.split("/");
      const refusal = refusalOf(store, token, { accountId, bucketName, rules: given });
      if (refusal) return refusal;
      // Each collection holds its own kind of rules, which the catalog has checked.
      rules.put(key, { urn: "", bucket: key, rules: given as (CorsRule & LifecycleRule)[] });
      return success({});
    });
    app.delete(route, allows(writesR2), ({ req }) => {
      const key = bucketOf(req);
      if (!key) return noBucket();
      rules.delete(key);
      return success({});
    });
  }
}
