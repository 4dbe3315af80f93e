import type { Problem } from "../problem.ts";
import { all, objectAt, objectsAt, stringsAt, text, type Rule } from "./rule.ts";

const hexadecimal = /^[0-9a-f]{32}$/;

const idForm = (kind: "account" | "zone") => ({
  limit: `a Cloudflare ${kind} id is 32 hexadecimal digits`,
  fix: `Copy the ${kind} id from the dashboard`,
  see: "https://developers.cloudflare.com/fundamentals/account/find-account-and-zone-ids/",
});

/** The real provider sends a malformed account id and is told "not found" or worse when it is applied. */
export const accountId = text("accountId", (id) => (hexadecimal.test(id) ? undefined : idForm("account")));
export const zoneId = text("zoneId", (id) => (hexadecimal.test(id) ? undefined : idForm("zone")));

const bucketName = (name: string) =>
  /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)
    ? undefined
    : {
        limit:
          "a bucket's name is 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end",
        fix: "Rename it",
        see: "https://developers.cloudflare.com/r2/buckets/create-buckets/#bucket-level-operations",
      };

export const r2Bucket = all(accountId, text("name", bucketName));

export const hostName = (host: string) =>
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(host)
    ? undefined
    : { limit: "it must be a host name in lower case", fix: "Write it without scheme, port and path" };

export const r2CustomDomain = all(
  accountId,
  zoneId,
  text("bucketName", bucketName),
  text("domain", hostName),
);

export const r2ManagedDomain = all(accountId, text("bucketName", bucketName));

const corsSee = "https://developers.cloudflare.com/r2/buckets/cors/";

const corsRules: Rule = (inputs) =>
  objectsAt(inputs, "rules").flatMap(({ at, item }) => {
    const problems: Problem[] = [];
    for (const origin of stringsAt(objectAt(item, "allowed"), "origins")) {
      if (isOrigin(origin.item)) continue;
      problems.push({
        key: `${at}.allowed.${origin.at}`,
        value: origin.item,
        limit: "an origin is scheme://host[:port] without a path or a trailing slash, or *",
        fix: "Write it as a browser sends it in the header Origin",
        see: corsSee,
      });
    }
    const { maxAgeSeconds } = item;
    if (typeof maxAgeSeconds === "number" && (maxAgeSeconds < 0 || maxAgeSeconds > 86_400)) {
      problems.push({
        key: `${at}.maxAgeSeconds`,
        value: String(maxAgeSeconds),
        limit: "0 to 86400 s are allowed",
        fix: "Set it to 86400 or less",
        see: corsSee,
      });
    }
    return problems;
  });

function isOrigin(origin: string): boolean {
  if (origin === "*") return true;
  const withoutWildcard = origin.replace(/^(https?:\/\/)\*\./, "$1wildcard.");
  return URL.canParse(withoutWildcard) && new URL(withoutWildcard).origin === withoutWildcard;
}

export const r2BucketCors = all(accountId, text("bucketName", bucketName), corsRules);

const lifecycleSee = "https://developers.cloudflare.com/r2/buckets/object-lifecycles/";

const lifecycleRules: Rule = (inputs) => {
  const rules = objectsAt(inputs, "rules");
  const problems: Problem[] = [];
  if (rules.length > 1000) {
    problems.push({
      key: "rules",
      value: `${rules.length} rules`,
      limit: "a bucket has at most 1000 lifecycle rules",
      fix: "Merge some",
      see: lifecycleSee,
    });
  }
  const seen = new Set<unknown>();
  for (const { at, item } of rules) {
    if (typeof item["id"] === "string" && seen.has(item["id"])) {
      problems.push({
        key: `${at}.id`,
        value: item["id"],
        limit: "each rule of a bucket has an id of its own",
        fix: "Rename one",
        see: lifecycleSee,
      });
    }
    seen.add(item["id"]);
    for (const name of ["abortMultipartUploadsTransition", "deleteObjectsTransition"]) {
      const { maxAge } = objectAt(objectAt(item, name), "condition");
      if (typeof maxAge !== "number" || maxAge >= 0) continue;
      problems.push({
        key: `${at}.${name}.condition.maxAge`,
        value: `${maxAge} s`,
        limit: "an age cannot be less than 0",
        fix: "Give it in seconds, such as 86400 for a day",
        see: lifecycleSee,
      });
    }
  }
  return problems;
};

export const r2BucketLifecycle = all(accountId, text("bucketName", bucketName), lifecycleRules);
