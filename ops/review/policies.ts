import { unknown } from "../../catalog/unknown.ts";
import { violationsOf, type PolicyViolation } from "../../infra/policy/policies.ts";
import { secret } from "../../infra/policy/policy.ts";
import type { PlanReport } from "../plan/plan.ts";

/** What of a plan the policy pack refuses. */
export function brokenPolicies({ resources, settings }: PlanReport): PolicyViolation[] {
  return violationsOf(
    resources.map(({ type, name, urn, inputs, protect }) => ({
      type,
      name,
      urn,
      props: marked(inputs) as Record<string, unknown>,
      protect,
    })),
    settings,
  );
}

/** A plan is made for people: what is masked or not known yet is named in words. */
function marked(value: unknown): unknown {
  if (value === "[secret]") return secret;
  if (value === "(known after up)") return unknown;
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, marked(inner)]));
}
