import {
  cloudflarePlanNames,
  cloudflarePlans,
  type CloudflareEntitlements,
} from "../../../catalog/entitlements/cloudflare.ts";
import type { RouteLimit, Settings } from "../settings.ts";
import { entitlement, type Claim, type Entitlement, type EntitlementOptions } from "./entitlement.ts";

type Options<V> = Omit<EntitlementOptions<CloudflareEntitlements, V>, "vendor" | "plans" | "plan">;

const cloudflare = <V>(options: Options<V>): Entitlement =>
  entitlement({
    vendor: "Cloudflare",
    plans: cloudflarePlanNames.map((name) => cloudflarePlans[name]),
    plan: ({ plans }) => cloudflarePlans[plans.cloudflare],
    ...options,
  });

const seeRateLimits = "https://developers.cloudflare.com/waf/rate-limiting-rules/#availability";

/** The same number of the zone's limit and of each route's. */
function ofEachLimit({ rateLimit }: Settings, name: "period" | "timeout"): Claim<number>[] {
  const claim = (at: string, limit: Pick<RouteLimit, "period" | "timeout">) => ({
    key: `lavlay:rateLimit.${at}${name}`,
    value: limit[name],
    shown: `${limit[name]} s`,
  });
  return [claim("", rateLimit), ...rateLimit.routes.map((route, index) => claim(`routes[${index}].`, route))];
}

/** What a zone's plan limits. */
export const cloudflareEntitlements: readonly Entitlement[] = [
  cloudflare({
    name: "edge TTL",
    claims: ({ media }) => [
      { key: "lavlay:media.edgeTtl", value: media.edgeTtl, shown: `${media.edgeTtl} s` },
    ],
    allows: ({ minEdgeTtl }, seconds) => seconds >= minEdgeTtl,
    limit: ({ minEdgeTtl }) => `allows no edge TTL under ${minEdgeTtl} s`,
    fix: "Raise it",
    see: "https://developers.cloudflare.com/cache/how-to/cache-rules/settings/#edge-ttl",
  }),
  cloudflare({
    name: "rate-limit rules",
    claims: ({ rateLimit: { routes } }) => [
      {
        key: "lavlay:rateLimit.routes",
        value: routes.length + 1,
        shown: `${routes.length} beside the zone's own`,
      },
    ],
    allows: ({ rateLimitRules }, rules) => rules <= rateLimitRules,
    limit: ({ rateLimitRules }) =>
      rateLimitRules === 1 ? "allows the zone's own rule alone" : `allows ${rateLimitRules} rules in all`,
    fix: "Take some out",
    see: seeRateLimits,
  }),
  cloudflare({
    name: "rate-limit expression",
    claims: ({ rateLimit: { routes } }) =>
      routes.map(({ host }, index) => ({
        key: `lavlay:rateLimit.routes[${index}].host`,
        value: "http.host",
        shown: host,
      })),
    allows: ({ rateLimitFields }, field) => rateLimitFields === "any" || rateLimitFields.includes(field),
    limit: ({ rateLimitFields }) =>
      rateLimitFields === "any" ? "tests every field" : `tests ${rateLimitFields.join(", ")}`,
    fix: "Take the route out",
    see: seeRateLimits,
  }),
  cloudflare({
    name: "rate-limit period",
    claims: (settings) => ofEachLimit(settings, "period"),
    allows: ({ rateLimitPeriods }, seconds) => rateLimitPeriods.includes(seconds),
    limit: ({ rateLimitPeriods }) => `counts over ${rateLimitPeriods.join(", ")} s`,
    fix: "Take one of these",
    see: seeRateLimits,
  }),
  cloudflare({
    name: "rate-limit timeout",
    claims: (settings) => ofEachLimit(settings, "timeout"),
    allows: ({ rateLimitTimeouts }, seconds) => rateLimitTimeouts.includes(seconds),
    limit: ({ rateLimitTimeouts }) => `refuses for ${rateLimitTimeouts.join(", ")} s`,
    fix: "Take one of these",
    see: seeRateLimits,
  }),
  cloudflare({
    name: "Polish",
    claims: ({ images }) =>
      images && images.polish !== "off" ? [{ key: "lavlay:images.polish", value: images.polish }] : [],
    allows: ({ polish }) => polish,
    limit: ({ polish }) => (polish ? "recompresses images" : "does not recompress images"),
    fix: "Set it to off",
    see: "https://developers.cloudflare.com/images/polish/#availability",
  }),
  cloudflare({
    name: "load balancer's check interval",
    claims: ({ loadBalancer }) =>
      loadBalancer
        ? [
            {
              key: "lavlay:loadBalancer.intervalSeconds",
              value: loadBalancer.intervalSeconds,
              shown: `${loadBalancer.intervalSeconds} s`,
            },
          ]
        : [],
    allows: ({ minMonitorInterval }, seconds) => seconds >= minMonitorInterval,
    limit: ({ minMonitorInterval }) => `checks origins every ${minMonitorInterval} s at most`,
    fix: "Raise it",
    see: "https://developers.cloudflare.com/load-balancing/monitors/",
  }),
  cloudflare({
    name: "alerts by webhook",
    // Where somebody gets e-mails too, the webhook is for the database's alerts.
    claims: ({ monitoring }) =>
      monitoring?.webhook && monitoring.emails.length === 0
        ? [{ key: "lavlay:monitoring.webhook", value: monitoring.webhook }]
        : [],
    allows: ({ notificationWebhooks }) => notificationWebhooks,
    limit: ({ notificationWebhooks }) =>
      notificationWebhooks ? "sends e-mails and webhooks" : "sends e-mails alone",
    fix: "Name somebody in lavlay:monitoring.emails",
    see: "https://developers.cloudflare.com/notifications/get-started/configure-webhooks/",
  }),
];
