import type { Model } from "../../state/model.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { refusalOf } from "./checked.ts";
import { failure, success } from "./envelope.ts";
import { jurisdictionOf, noBucket, readsR2, writesR2 } from "./r2-buckets.ts";

const path = "/client/v4/accounts/:account/r2/buckets/:bucket/domains/custom";
const token = "cloudflare:index/r2CustomDomain:R2CustomDomain";

/** The hosts under which buckets are served. */
export function addCustomDomainRoutes({ app, store, allows }: CloudflareApi): void {
  const domains = store.collection("r2CustomDomains");
  const zones = () => store.collection("accounts").get("accounts")?.cloudflare.zones ?? [];
  const describe = ({ domain, enabled, minTls, zoneId }: Model["r2CustomDomains"]) => ({
    domain,
    enabled,
    minTLS: minTls,
    zoneId,
    zoneName: zones().find(({ id }) => id === zoneId)?.name,
    status: { ownership: "active", ssl: "active" },
  });
  /** The bucket's key, where there is that bucket. */
  const bucketOf = (req: { param(): Record<string, string>; header(name: string): string | undefined }) => {
    const { account, bucket } = req.param();
    const key = `${account}/${jurisdictionOf(req)}/${bucket}`;
    return store.collection("r2Buckets").get(key) && key;
  };
  const noDomain = () => failure(404, 10062, "The specified custom domain does not exist.");

  app.get(path, allows(...readsR2), ({ req }) => {
    const key = bucketOf(req);
    if (!key) return noBucket();
    const own = domains.list().filter(({ bucket }) => bucket === key);
    return success({ domains: own.map(describe) });
  });

  app.post(path, allows(writesR2), async ({ req }) => {
    const key = bucketOf(req);
    if (!key) return noBucket();
    const { domain, zoneId, enabled, minTLS } = await body(req.raw);
    const { account, bucket } = req.param();
    const inputs = { accountId: account, bucketName: bucket, domain, zoneId, enabled, minTls: minTLS };
    const refusal = refusalOf(store, token, inputs);
    if (refusal) return refusal;
    const zone = zones().find(({ id }) => id === zoneId);
    if (!zone || !`.${String(domain)}`.endsWith(`.${zone.name}`))
      return failure(400, 10060, `The domain ${String(domain)} does not lie in the zone.`);
    if (domains.get(String(domain)))
      return failure(409, 10061, `The domain ${String(domain)} is already in use by a bucket.`);
    const record = {
      urn: "",
      bucket: key,
      domain: String(domain),
      zoneId: zone.id,
      enabled: enabled === true,
      minTls: String(minTLS ?? "1.0"),
    };
    domains.put(record.domain, record);
    return success(describe(record));
  });

  const one = (req: Parameters<typeof bucketOf>[0]) => {
    const found = domains.get(req.param()["domain"] ?? "");
    return found && found.bucket === bucketOf(req) ? found : undefined;
  };
  app.get(`${path}/:domain`, allows(...readsR2), ({ req }) => {
    const found = one(req);
    return found ? success(describe(found)) : noDomain();
  });
  app.put(`${path}/:domain`, allows(writesR2), async ({ req }) => {
    const found = one(req);
    if (!found) return noDomain();
    const { enabled = found.enabled, minTLS = found.minTls } = await body(req.raw);
    const changed = { ...found, enabled: enabled === true, minTls: String(minTLS) };
    domains.put(found.domain, changed);
    return success(describe(changed));
  });
  app.delete(`${path}/:domain`, allows(writesR2), ({ req }) => {
    const found = one(req);
    if (!found) return noDomain();
    domains.delete(found.domain);
    return success({ domain: found.domain });
  });
}
