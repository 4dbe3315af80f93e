import type { PlanPrice } from "./price.ts";

/** Cloudflare's plans, cheapest first. A plan belongs to a zone. */
export const cloudflarePlanNames = ["free", "pro", "business", "enterprise"] as const;
export type CloudflarePlan = (typeof cloudflarePlanNames)[number];

/** What one Cloudflare plan allows on a zone. */
export interface CloudflareEntitlements {
  /** As Cloudflare prints it. */
  readonly label: string;
  readonly price: PlanPrice;
  /** Rate-limit rules in the phase `http_ratelimit`. */
  readonly rateLimitRules: number;
  /** Fields a rate-limit expression may use; `"any"` where the plan sets no limit. */
  readonly rateLimitFields: readonly string[] | "any";
  /** Seconds over which requests may be counted. */
  readonly rateLimitPeriods: readonly number[];
  /** Seconds for which an offender may be held off. */
  readonly rateLimitTimeouts: readonly number[];
  /** What requests may be counted by, besides the mandatory `cf.colo.id`. */
  readonly rateLimitCharacteristics: readonly string[] | "any";
  /** Whether what is counted may differ from what is limited. */
  readonly rateLimitCountingExpression: boolean;
  /** Whether a blocked request may get a response of one's own. */
  readonly rateLimitCustomResponse: boolean;
  /** Cache rules; transform, origin, config and redirect rules have the same number each. */
  readonly cacheRules: number;
  readonly wafCustomRules: number;
  /** The operator `matches` (regular expressions). */
  readonly regularExpressions: boolean;
  /** The least seconds an edge TTL may be. */
  readonly minEdgeTtl: number;
  /** A cache TTL by status code, and a cache key by query, header, cookie or host. */
  readonly customCacheKeys: boolean;
  readonly healthChecks: number;
  readonly waitingRooms: number;
  readonly notificationWebhooks: boolean;
  /** Kinds of notification, by the API's `alert_type`. */
  readonly notificationKinds: readonly string[];
  /** Polish: images recompressed at the edge. */
  readonly polish: boolean;
  /** The least seconds between two checks of a load balancer's origin. */
  readonly minMonitorInterval: number;
  readonly dnsRecords: number;
  /** Largest request body through the proxy, MB. */
  readonly maxUploadMegabytes: number;
  /** Days of cache analytics; 0 for none. */
  readonly cacheAnalyticsDays: number;
}

const freeFields = ["http.request.uri.path", "cf.bot_management.verified_bot", "cf.client.bot"];
const proFields = [
  ...freeFields,
  "http.host",
  "http.request.uri",
  "http.request.full_uri",
  "http.request.uri.query",
];
const businessFields = [...proFields, "http.request.method", "ip.src", "http.user_agent"];

const freeKinds = [
  "dos_attack_l7",
  "real_origin_monitoring",
  "universal_ssl_event_type",
  "incident_alert",
  "maintenance_event_notification",
  "web_analytics_metrics_update",
  // Where load balancing is bought, on whatever plan.
  "load_balancing_health_alert",
  "load_balancing_pool_enablement_alert",
];
const proKinds = [...freeKinds, "health_check_status_notification", "billing_usage_alert"];
const businessKinds = [...proKinds, "clickhouse_alert_fw_anomaly"];
const enterpriseKinds = [
  ...businessKinds,
  "clickhouse_alert_fw_ent_anomaly",
  "http_alert_origin_error",
  "http_alert_edge_error",
  "traffic_anomalies_alert",
  "failing_logpush_job_disabled_alert",
];

/**
 * Cloudflare's plans as its documentation states them (cloudflare-docs, `src/content` and `plans/index.json`, 2026);
 * prices per zone at the annual rate, as third parties report them.
 */
export const cloudflarePlans: Readonly<Record<CloudflarePlan, CloudflareEntitlements>> = {
  free: {
    label: "Cloudflare Free",
    price: { monthlyUsd: 0, per: "zone" },
    rateLimitRules: 1,
    rateLimitFields: freeFields,
    rateLimitPeriods: [10],
    rateLimitTimeouts: [0, 10],
    rateLimitCharacteristics: ["ip.src"],
    rateLimitCountingExpression: false,
    rateLimitCustomResponse: false,
    cacheRules: 10,
    wafCustomRules: 5,
    regularExpressions: false,
    minEdgeTtl: 7200,
    customCacheKeys: false,
    healthChecks: 0,
    waitingRooms: 0,
    notificationWebhooks: false,
    notificationKinds: freeKinds,
    polish: false,
    minMonitorInterval: 15,
    dnsRecords: 200,
    maxUploadMegabytes: 100,
    cacheAnalyticsDays: 0,
  },
  pro: {
    label: "Cloudflare Pro",
    price: { monthlyUsd: 20, per: "zone", note: "billed yearly; $25 by the month is unconfirmed" },
    rateLimitRules: 2,
    rateLimitFields: proFields,
    rateLimitPeriods: [10, 60],
    rateLimitTimeouts: [0, 10, 60, 120, 300, 600, 3600],
    rateLimitCharacteristics: ["ip.src"],
    rateLimitCountingExpression: false,
    rateLimitCustomResponse: true,
    cacheRules: 25,
    wafCustomRules: 20,
    regularExpressions: false,
    minEdgeTtl: 3600,
    customCacheKeys: false,
    healthChecks: 10,
    waitingRooms: 0,
    notificationWebhooks: true,
    notificationKinds: proKinds,
    polish: true,
    minMonitorInterval: 15,
    dnsRecords: 3500,
    maxUploadMegabytes: 100,
    cacheAnalyticsDays: 7,
  },
  business: {
    label: "Cloudflare Business",
    price: { monthlyUsd: 200, per: "zone", note: "billed yearly; $250 by the month is unconfirmed" },
    rateLimitRules: 5,
    rateLimitFields: businessFields,
    rateLimitPeriods: [10, 60, 120, 300, 600],
    rateLimitTimeouts: [0, 10, 60, 120, 300, 600, 3600, 86400],
    rateLimitCharacteristics: ["ip.src", "cf.unique_visitor_id"],
    rateLimitCountingExpression: true,
    rateLimitCustomResponse: true,
    cacheRules: 50,
    wafCustomRules: 100,
    regularExpressions: true,
    minEdgeTtl: 1,
    customCacheKeys: false,
    healthChecks: 50,
    waitingRooms: 1,
    notificationWebhooks: true,
    notificationKinds: businessKinds,
    polish: true,
    minMonitorInterval: 15,
    dnsRecords: 3500,
    maxUploadMegabytes: 200,
    cacheAnalyticsDays: 30,
  },
  enterprise: {
    label: "Cloudflare Enterprise",
    price: { monthlyUsd: "unknown", per: "zone", note: "by contract" },
    rateLimitRules: 100,
    rateLimitFields: "any",
    rateLimitPeriods: [10, 60, 120, 300, 600, 3600],
    rateLimitTimeouts: [0, 10, 60, 120, 300, 600, 3600, 86400],
    rateLimitCharacteristics: "any",
    rateLimitCountingExpression: true,
    rateLimitCustomResponse: true,
    cacheRules: 300,
    wafCustomRules: 1000,
    regularExpressions: true,
    minEdgeTtl: 1,
    customCacheKeys: true,
    healthChecks: 1000,
    waitingRooms: 1,
    notificationWebhooks: true,
    notificationKinds: enterpriseKinds,
    polish: true,
    minMonitorInterval: 10,
    dnsRecords: 3500,
    maxUploadMegabytes: 500,
    cacheAnalyticsDays: 30,
  },
};
