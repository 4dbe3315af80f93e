import { dataIsProtected } from "./data-is-protected.ts";
import { noPublicR2Dev } from "./no-public-r2-dev.ts";
import { noWildcardOrigin } from "./no-wildcard-origin.ts";
import { oneRulesetPerPhase } from "./one-ruleset-per-phase.ts";
import type { PolicyContext, PolicyResource, ResourcePolicy, StackPolicy } from "./policy.ts";
import { secretsAreSecret } from "./secrets-are-secret.ts";
import { tls12AndUp } from "./tls-1-2-and-up.ts";
import { withinPlanLimits } from "./within-plan-limits.ts";

export const resourcePolicies: readonly ResourcePolicy[] = [
  dataIsProtected,
  noWildcardOrigin,
  secretsAreSecret,
  withinPlanLimits,
  tls12AndUp,
  noPublicR2Dev,
];

export const stackPolicies: readonly StackPolicy[] = [oneRulesetPerPhase];

/** A resource that breaks a policy. */
export interface PolicyViolation {
  readonly policy: string;
  readonly level: "mandatory" | "advisory";
  /** Its name in the program. */
  readonly resource: string;
  readonly message: string;
}

/** Every violation of every policy, by policy, then in the order of the resources. */
export function violationsOf(
  resources: readonly PolicyResource[],
  context: PolicyContext,
): PolicyViolation[] {
  const names = new Map(resources.map(({ urn, name }) => [urn, name]));
  return [
    ...resourcePolicies.flatMap((policy) =>
      resources.flatMap((resource) =>
        policy.check(resource, context).map((message) => ({
          policy: policy.name,
          level: policy.level,
          resource: resource.name,
          message,
        })),
      ),
    ),
    ...stackPolicies.flatMap((policy) =>
      policy.checkStack(resources, context).map(({ urn, message }) => ({
        policy: policy.name,
        level: policy.level,
        resource: names.get(urn) ?? urn,
        message,
      })),
    ),
  ];
}
