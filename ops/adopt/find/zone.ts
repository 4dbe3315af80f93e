import { fromApi } from "../../../catalog/api-names.ts";
import { providerSchemas } from "../../../catalog/catalog.ts";
import type { Finder } from "../existing.ts";
import { found } from "./found.ts";

interface Ruleset {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly kind: string;
  readonly rules?: unknown[];
}

const ruleset: Finder = async ({ cloudflare, settings }, { inputs }) => {
  const { zoneId } = settings.cloudflare;
  const phase = String(inputs["phase"]);
  const answer = await found(
    cloudflare.call<Ruleset>(`/zones/${zoneId}/rulesets/phases/${phase}/entrypoint`),
  );
  if (!answer) return undefined;
  const { id, name, kind, description = "", rules = [] } = answer;
  const { types } = providerSchemas.cloudflare;
  return {
    way: { by: "import", id: `zones/${zoneId}/${id}` },
    properties: {
      zoneId,
      name,
      kind,
      phase,
      description,
      rules: fromApi("cloudflare:index/RulesetRule:RulesetRule[]", types, rules),
    },
  };
};

const setting: Finder = async ({ cloudflare, settings }, { inputs }) => {
  const { zoneId } = settings.cloudflare;
  const settingId = String(inputs["settingId"]);
  const answer = await found(cloudflare.call<{ value: unknown }>(`/zones/${zoneId}/settings/${settingId}`));
  return (
    answer && {
      way: { by: "import", id: `${zoneId}/${settingId}` },
      properties: { zoneId, settingId, value: answer.value },
    }
  );
};

const tieredCache: Finder = async ({ cloudflare, settings }) => {
  const { zoneId } = settings.cloudflare;
  const answer = await found(
    cloudflare.call<{ value: unknown }>(`/zones/${zoneId}/cache/tiered_cache_smart_topology_enable`),
  );
  return answer && { way: { by: "import", id: zoneId }, properties: { zoneId, value: answer.value } };
};

interface DnsRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
  readonly ttl: number;
  readonly comment: string | null;
}

/** A host has records of these kinds, or a CNAME alone. */
const leadSomewhere = ["A", "AAAA", "CNAME"];

const dnsRecord: Finder = async ({ cloudflare, settings }, { inputs }) => {
  const { zoneId } = settings.cloudflare;
  const name = String(inputs["name"]);
  const all = await cloudflare.list<DnsRecord>(`/zones/${zoneId}/dns_records`, { name });
  const records = all.filter((record) => record.name === name && leadSomewhere.includes(record.type));
  const record = records.find(({ type }) => type === inputs["type"]) ?? records[0];
  if (!record) return undefined;
  const { id, type, content, proxied, ttl, comment } = record;
  return {
    way: { by: "import", id: `${zoneId}/${id}` },
    properties: { zoneId, name, type, content, proxied, ttl, ...(comment && { comment }) },
  };
};

/** Finds what the zone has: rulesets by phase, settings, the record of the web app's host. */
export const zoneFinders: Readonly<Record<string, Finder>> = {
  "cloudflare:index/ruleset:Ruleset": ruleset,
  "cloudflare:index/zoneSetting:ZoneSetting": setting,
  "cloudflare:index/tieredCache:TieredCache": tieredCache,
  "cloudflare:index/dnsRecord:DnsRecord": dnsRecord,
};
