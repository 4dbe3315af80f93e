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

/** A limit of what begins with a path on one host. */
export interface RouteRateLimit extends RateLimit {
  /** The rule's lasting name. */
  readonly name: string;
  readonly host: string;
  readonly path: string;
}

/**
 * Holds off an address that asks too often. On Cloudflare Free an expression may test the path alone, so the first rule
 * covers everything that the zone proxies; from Pro on single routes may have a lower limit.
 */
export function rateLimitRules(zone: RateLimit, routes: readonly RouteRateLimit[] = []): Rule[] {
  return [
    rule("per-address", `(starts_with(http.request.uri.path, "/"))`, "requests", zone),
    ...routes.map((route) =>
      rule(
        `route-${route.name}`,
        `(http.host eq "${route.host}" and starts_with(http.request.uri.path, "${route.path}"))`,
        `requests to ${route.name}`,
        route,
      ),
    ),
  ];
}

function rule(ref: string, expression: string, what: string, limit: RateLimit): Rule {
  return {
    ref,
    description: `At most ${limit.requests} ${what} per address in ${limit.period} s`,
    expression,
    enabled: true,
    action: "block",
    ratelimit: {
      // Cloudflare counts per data centre: without `cf.colo.id` it refuses the rule.
      characteristics: ["cf.colo.id", "ip.src"],
      period: limit.period,
      requestsPerPeriod: limit.requests,
      mitigationTimeout: limit.timeout,
    },
  };
}
