/** A permission group of an API token, as Cloudflare's API names it; its dashboard says Edit for Write. */
export interface CloudflarePermission {
  readonly name: string;
  /** What it is given on: the account, or the zone. */
  readonly scope: "account" | "zone";
}

const account = (name: string): CloudflarePermission => ({ name, scope: "account" });
const zone = (name: string): CloudflarePermission => ({ name, scope: "zone" });

const r2 = account("Workers R2 Storage Write");
const zoneSettings = zone("Zone Settings Write");
const notifications = account("Notifications Write");
const poolsAndMonitors = account("Load Balancing: Monitors and Pools Write");

/** By resource type: what its provider's documentation lists, of several the narrowest that writes. */
const byType: Readonly<Record<string, readonly CloudflarePermission[]>> = {
  "cloudflare:index/r2Bucket:R2Bucket": [r2],
  "cloudflare:index/r2CustomDomain:R2CustomDomain": [r2],
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain": [r2],
  "cloudflare:index/r2BucketCors:R2BucketCors": [r2],
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle": [r2],
  "cloudflare:index/accountToken:AccountToken": [account("Account API Tokens Write")],
  "cloudflare:index/zoneSetting:ZoneSetting": [zoneSettings],
  "cloudflare:index/tieredCache:TieredCache": [zoneSettings],
  "cloudflare:index/dnsRecord:DnsRecord": [zone("DNS Write")],
  "cloudflare:index/healthcheck:Healthcheck": [zone("Health Checks Write")],
  "cloudflare:index/loadBalancer:LoadBalancer": [zone("Load Balancers Write")],
  "cloudflare:index/loadBalancerPool:LoadBalancerPool": [poolsAndMonitors],
  "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor": [poolsAndMonitors],
  "cloudflare:index/notificationPolicy:NotificationPolicy": [notifications],
  "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks": [notifications],
};

/** A ruleset needs its phase's permission, and beside it that of reading the account's. */
const byPhase: Readonly<Record<string, CloudflarePermission>> = {
  http_request_cache_settings: zone("Cache Settings Write"),
  http_ratelimit: zone("Zone WAF Write"),
  http_request_firewall_custom: zone("Zone WAF Write"),
  http_request_transform: zone("Zone Transform Rules Write"),
  http_response_headers_transform: zone("Zone Transform Rules Write"),
};
const readRulesets = account("Account Rulesets Read");
const ruleset = "cloudflare:index/ruleset:Ruleset";

/** What no resource needs, and verbs of this package may use. */
export const usefulPermissions: readonly CloudflarePermission[] = [
  zone("Zone Read"),
  zone("Analytics Read"),
  account("Account Analytics Read"),
];

/** Every permission that some resource of this package needs. */
export const cloudflarePermissions: readonly CloudflarePermission[] = distinct([
  ...Object.values(byType).flat(),
  ...Object.values(byPhase),
  readRulesets,
]);

/**
 * What a token needs to make, change and delete that resource; nothing for other vendors' resources.
 * @throws Error for a resource of Cloudflare that stands in no list here
 */
export function permissionsFor(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
): readonly CloudflarePermission[] {
  if (!type.startsWith("cloudflare:index/")) return [];
  const needed = type === ruleset ? phasePermissions(String(inputs["phase"])) : byType[type];
  if (!needed) throw new Error(`catalog/permissions/cloudflare.ts does not know what ${type} needs.`);
  return needed;
}

function phasePermissions(phase: string): readonly CloudflarePermission[] | undefined {
  return byPhase[phase] && [byPhase[phase], readRulesets];
}

/** The groups of which a token needs one to read what such a permission lets it write. */
export function groupsThatRead({ name }: CloudflarePermission): readonly string[] {
  return [...new Set([name, name.replace(/ Write$/, " Read")])];
}

/** Each permission once, in the order of their names. */
export function distinct(permissions: readonly CloudflarePermission[]): readonly CloudflarePermission[] {
  const byName = new Map(permissions.map((permission) => [permission.name, permission]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
