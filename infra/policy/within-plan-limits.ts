import { catalogEntry } from "../../catalog/catalog.ts";
import { formatProblem } from "../../catalog/problem.ts";
import { checkResource } from "../../catalog/rules/index.ts";
import { unknown } from "../../catalog/unknown.ts";
import { secret, type ResourcePolicy } from "./policy.ts";

/** What a vendor would refuse, or what its plan does not allow: told before the vendor is asked. */
export const withinPlanLimits: ResourcePolicy = {
  name: "within-plan-limits",
  description: "Resources are such as the vendors accept on the plans that the stack declares.",
  level: "mandatory",
  check({ type, props }, { plans }) {
    const entry = catalogEntry(type);
    if (!entry) return [];
    return checkResource(entry, withoutSecrets(props) as Record<string, unknown>, {
      zonePlan: () => plans.cloudflare,
      accountPlan: plans.cloudflare,
      supabasePlan: plans.supabase,
    }).map(formatProblem);
  },
};

/** A secret may be anything. */
function withoutSecrets(value: unknown): unknown {
  if (value === secret) return unknown;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutSecrets(inner)]));
}
