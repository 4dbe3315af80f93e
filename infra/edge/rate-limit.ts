import type { types } from "@pulumi/cloudflare";

type Rule = types.input.RulesetRule;

export interface RateLimit {
  /** Requests an address may make per period and data centre. */
  readonly requests: number;
  /** Seconds. */
  readonly period: number;
  /** Seconds for which an address over the limit is refused. */
  readonly timeout: number;
}

/**
 * Holds off an address that asks too often. On Cloudflare Free an expression may test the path alone, so the one rule
 * covers everything that the zone proxies.
 */
export function rateLimitRules(limit: RateLimit): Rule[] {
  return [
    {
      ref: "per-address",
      description: `At most ${limit.requests} requests per address in ${limit.period} s`,
      expression: `(starts_with(http.request.uri.path, "/"))`,
      enabled: true,
      action: "block",
      ratelimit: {
        // Cloudflare counts per data centre: without `cf.colo.id` it refuses the rule.
        characteristics: ["cf.colo.id", "ip.src"],
        period: limit.period,
        requestsPerPeriod: limit.requests,
        mitigationTimeout: limit.timeout,
      },
    },
  ];
}
