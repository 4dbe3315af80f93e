import { evaluate, parseExpression, type RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Store } from "../../state/store.ts";
import type { OriginHealth } from "./health.ts";
import { pools, type LoadBalancer, type LoadBalancerRule, type Origin, type Pool } from "./records.ts";

/** Where a request goes, or the answer that a rule gives itself. */
export type Destination =
  | { readonly origin: Origin }
  | { readonly fixed: NonNullable<LoadBalancerRule["fixedResponse"]> }
  | undefined;

/**
 * The first healthy origin of the first pool that has enough of them, as the policy `off` does: pools in their order.
 * The fallback pool is asked whatever its health.
 */
export function destinationOf(
  store: Store,
  health: OriginHealth,
  balancer: LoadBalancer,
  request: RuleRequest,
): Destination {
  let { defaultPools, fallbackPool } = balancer;
  const rules = [...(balancer.rules ?? [])].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  for (const rule of rules) {
    if (rule.disabled || !applies(rule, request)) continue;
    if (rule.fixedResponse) return { fixed: rule.fixedResponse };
    defaultPools = rule.overrides?.defaultPools ?? defaultPools;
    fallbackPool = rule.overrides?.fallbackPool ?? fallbackPool;
    if (rule.terminates) break;
  }
  const byId = new Map(pools(store).map((pool) => [pool.id, pool]));
  for (const id of defaultPools) {
    const pool = byId.get(id);
    const healthy = pool ? healthyOrigins(pool, health) : [];
    const [first] = healthy;
    if (pool && first && healthy.length >= (pool.minimumOrigins ?? 1)) return { origin: first };
  }
  const origin = byId.get(fallbackPool)?.origins.find(({ enabled }) => enabled !== false);
  return origin && { origin };
}

function applies({ condition }: LoadBalancerRule, request: RuleRequest): boolean {
  return !condition || evaluate(parseExpression(condition), request);
}

function healthyOrigins(pool: Pool, health: OriginHealth): Origin[] {
  if (pool.enabled === false) return [];
  return pool.origins.filter((origin) => origin.enabled !== false && health.isHealthy(pool.id, origin));
}
