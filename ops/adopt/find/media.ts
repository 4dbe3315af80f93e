import { fromApi } from "../../../catalog/api-names.ts";
import { catalogEntry, providerSchemas } from "../../../catalog/catalog.ts";
import type { Call } from "../../vendors/client.ts";
import type { Finder, Vendors } from "../existing.ts";
import { found } from "./found.ts";

const jurisdictions = ["default", "eu", "fedramp"] as const;

const inJurisdiction = (jurisdiction: string): Call => ({ headers: { "cf-r2-jurisdiction": jurisdiction } });

interface Bucket {
  readonly name: string;
  readonly location?: string;
  readonly storage_class?: string;
}

const bucketPath = ({ settings }: Vendors) =>
  `/accounts/${settings.cloudflare.accountId}/r2/buckets/${settings.media.bucket}`;

/** A bucket of that name in another jurisdiction counts, too: objects may lie in it. */
const bucket: Finder = async (vendors) => {
  const { cloudflare, settings } = vendors;
  const { accountId } = settings.cloudflare;
  const own = settings.media.jurisdiction;
  for (const jurisdiction of [own, ...jurisdictions.filter((other) => other !== own)]) {
    const asking = cloudflare.call<Bucket>(bucketPath(vendors), inJurisdiction(jurisdiction));
    // An account need not be allowed to use the other jurisdictions.
    const answer = await (jurisdiction === own ? found(asking) : asking.catch(() => undefined));
    if (!answer) continue;
    const { name, location, storage_class: storageClass } = answer;
    return {
      way: { by: "import", id: `${accountId}/${name}/${jurisdiction}` },
      properties: {
        accountId,
        name,
        jurisdiction,
        ...(location !== undefined && { location: location.toLowerCase() }),
        ...(storageClass !== undefined && { storageClass }),
      },
    };
  }
  return undefined;
};

const domain: Finder = async (vendors) => {
  const { accountId } = vendors.settings.cloudflare;
  const { host, jurisdiction, bucket: bucketName } = vendors.settings.media;
  const answer = await found(
    vendors.cloudflare.call<{ enabled: boolean; minTLS?: string; zoneId?: string }>(
      `${bucketPath(vendors)}/domains/custom/${host}`,
      inJurisdiction(jurisdiction),
    ),
  );
  if (!answer) return undefined;
  const { enabled, minTLS: minTls = "1.0", zoneId } = answer;
  return {
    way: { by: "read", id: host },
    properties: { accountId, bucketName, jurisdiction, domain: host, zoneId, enabled, minTls },
    note: "Cloudflare's provider cannot import a bucket's domain, and to connect it anew it would have to be taken down: it stays as it is, and what differs is set in Cloudflare's dashboard, at the bucket",
  };
};

/** The rules of one kind that a bucket has; undefined where there is no such bucket or, of the kind, nothing. */
async function rulesOf(
  vendors: Vendors,
  kind: "cors" | "lifecycle",
  type: string,
): Promise<readonly unknown[] | undefined> {
  const { jurisdiction } = vendors.settings.media;
  const asking = vendors.cloudflare.call<{ rules?: unknown[] }>(
    `${bucketPath(vendors)}/${kind}`,
    inJurisdiction(jurisdiction),
  );
  const answer = await found(asking);
  const rulesType = catalogEntry(type)?.inputs["rules"]?.type ?? "any";
  return answer && (fromApi(rulesType, providerSchemas.cloudflare.types, answer.rules ?? []) as unknown[]);
}

const cors: Finder = async (vendors, { type }) => {
  const rules = await rulesOf(vendors, "cors", type);
  return rules && rules.length > 0 ? { way: { by: "values" }, properties: { rules } } : undefined;
};

interface DeclaredRule {
  readonly conditions: { readonly prefix?: string };
  readonly deleteObjectsTransition?: { readonly condition: { readonly maxAge?: number } };
}

/** What of a bucket's objects the declared rules throw away, in words. */
function thrownAway(rules: readonly DeclaredRule[]): string {
  return rules
    .filter(({ deleteObjectsTransition: deletion }) => deletion)
    .map(({ conditions: { prefix }, deleteObjectsTransition: deletion }) => {
      const days = (deletion?.condition.maxAge ?? 0) / 86_400;
      return `objects ${prefix ? `below ${prefix}` : "of all keys"} after ${days === 1 ? "a day" : `${days} days`}`;
    })
    .join(", ");
}

const lifecycle: Finder = async (vendors, { type, inputs }) => {
  const rules = await rulesOf(vendors, "lifecycle", type);
  if (!rules) return undefined;
  const thrown = `what is declared throws away ${thrownAway(inputs["rules"] as DeclaredRule[])}`;
  return rules.length > 0
    ? { way: { by: "values" }, properties: { rules }, note: `${thrown}, once it is released` }
    : { way: { by: "write" }, properties: {}, note: `there are no rules; ${thrown}` };
};

/** Finds the bucket and what hangs on it. */
export const mediaFinders: Readonly<Record<string, Finder>> = {
  "cloudflare:index/r2Bucket:R2Bucket": bucket,
  "cloudflare:index/r2CustomDomain:R2CustomDomain": domain,
  "cloudflare:index/r2BucketCors:R2BucketCors": cors,
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle": lifecycle,
};
