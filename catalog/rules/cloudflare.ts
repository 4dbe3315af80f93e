import * as r2 from "./r2.ts";
import type { Rule } from "./rule.ts";
import { ruleset } from "./ruleset.ts";
import * as zone from "./zone.ts";

/** Checks of Cloudflare's resources beyond their schemas. */
export const cloudflareRules: Readonly<Record<string, Rule>> = {
  "cloudflare:index/r2Bucket:R2Bucket": r2.r2Bucket,
  "cloudflare:index/r2CustomDomain:R2CustomDomain": r2.r2CustomDomain,
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain": r2.r2ManagedDomain,
  "cloudflare:index/r2BucketCors:R2BucketCors": r2.r2BucketCors,
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle": r2.r2BucketLifecycle,
  "cloudflare:index/ruleset:Ruleset": ruleset,
  "cloudflare:index/zoneSetting:ZoneSetting": zone.zoneSetting,
  "cloudflare:index/tieredCache:TieredCache": r2.zoneId,
  "cloudflare:index/dnsRecord:DnsRecord": zone.dnsRecord,
  "cloudflare:index/accountToken:AccountToken": r2.accountId,
  "cloudflare:index/loadBalancer:LoadBalancer": r2.zoneId,
  "cloudflare:index/loadBalancerPool:LoadBalancerPool": r2.accountId,
  "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor": zone.loadBalancerMonitor,
  "cloudflare:index/healthcheck:Healthcheck": zone.healthcheck,
  "cloudflare:index/notificationPolicy:NotificationPolicy": zone.notificationPolicy,
  "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks": zone.notificationWebhooks,
};
