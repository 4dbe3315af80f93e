import { isOwn, VendorError, type Behaviour, type Context } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { accountProblems } from "./accounts.ts";
import { existingBucket, missingId } from "./bucket-key.ts";

const status = { ownership: "active", ssl: "active" };

/** The host under which a bucket is served through its zone. */
export const r2CustomDomain: Behaviour = {
  token: "cloudflare:index/r2CustomDomain:R2CustomDomain",
  notImitated: [
    "TLS: hosts of the local target are served over HTTP, so minTls and ciphers have no effect",
    "the wait for DNS and certificate: the domain is active at once",
    "the DNS record that Cloudflare makes for the host",
    "a replacement making the new one first, which Cloudflare refuses: give it deleteBeforeReplace",
  ],
  deleteBeforeReplace: true,
  problems(context, inputs) {
    const problems = accountProblems(context, inputs);
    const { domain } = inputs;
    const zone = zoneOf(context, inputs);
    if (zone && typeof domain === "string" && domain !== zone && !domain.endsWith(`.${zone}`)) {
      problems.push({
        key: "domain",
        value: domain,
        limit: `it must lie in the zone ${zone}`,
        fix: `Take a host such as media.${zone}`,
      });
    }
    return problems;
  },
  apply(context, request) {
    const { inputs, urn } = request;
    const domains = context.store.collection("r2CustomDomains");
    const domain = String(inputs["domain"]);
    const bucket = existingBucket(context, inputs);
    const found = domains.get(domain);
    if (found && !isOwn(found, request)) {
      throw new VendorError(`Cloudflare: The domain ${domain} is already in use by another bucket.`);
    }
    domains.put(domain, {
      urn,
      bucket,
      domain,
      zoneId: String(inputs["zoneId"]),
      enabled: inputs["enabled"] === true,
      minTls: String(inputs["minTls"] ?? "1.0"),
    });
    return { id: missingId, outputs: { status, zoneName: zoneOf(context, inputs) } };
  },
  observe(context, _id, state) {
    const record = context.store.collection("r2CustomDomains").get(String(state["domain"]));
    if (!record) return undefined;
    const { enabled, minTls, zoneId, domain } = record;
    return { ...state, domain, zoneId, enabled, ...(state["minTls"] === undefined ? {} : { minTls }) };
  },
  remove({ store }, _id, state) {
    store.collection("r2CustomDomains").delete(String(state["domain"]));
  },
};

function zoneOf({ store }: Context, inputs: Values): string | undefined {
  const accounts = store.collection("accounts").get("accounts");
  return accounts?.cloudflare.zones.find(({ id }) => id === inputs["zoneId"])?.name;
}
