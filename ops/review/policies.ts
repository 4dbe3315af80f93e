import type { PlanReport } from "../plan/plan.ts";

/** A resource that breaks a policy. */
export interface PolicyViolation {
  readonly policy: string;
  readonly level: "mandatory" | "advisory";
  readonly resource: string;
  readonly message: string;
}

/** What of a plan the policy pack refuses. */
export function violationsOf(_plan: PlanReport): PolicyViolation[] {
  return [];
}
