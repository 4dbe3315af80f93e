import type { CloudflarePlan } from "../entitlements/cloudflare.ts";
import type { SupabasePlan } from "../entitlements/supabase.ts";
import type { Problem } from "../problem.ts";
import { showValue } from "../validate.ts";

/** What rules may know of the accounts. What is left out is not checked. */
export interface RuleContext {
  /** The plan of a zone, by its id. */
  readonly zonePlan?: (zoneId: string) => CloudflarePlan | undefined;
  /** The best plan of the account's zones: what belongs to the account goes by it. */
  readonly accountPlan?: CloudflarePlan;
  readonly supabasePlan?: SupabasePlan;
}

/** What is wrong with a resource beyond its schema. Inputs may hold unknowns, and values the schema refuses. */
export type Rule = (inputs: Readonly<Record<string, unknown>>, context: RuleContext) => Problem[];

/** Runs several rules. */
export const all =
  (...rules: readonly Rule[]): Rule =>
  (inputs, context) =>
    rules.flatMap((rule) => rule(inputs, context));

/** A rule on one string property; nothing is checked while it is unknown or absent. */
export const text =
  (
    name: string,
    check: (value: string, context: RuleContext) => Omit<Problem, "key" | "value"> | undefined,
  ): Rule =>
  (inputs, context) => {
    const value = inputs[name];
    if (typeof value !== "string") return [];
    const problem = check(value, context);
    return problem ? [{ key: name, value: showValue(value), ...problem }] : [];
  };

export type Values = Readonly<Record<string, unknown>>;

/** A nested object, or an empty one where there is none or it is unknown. */
export function objectAt(values: Values, name: string): Values {
  const value = values[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

/** The objects of a list, with their places. */
export function objectsAt(values: Values, name: string): { at: string; item: Values }[] {
  const value = values[name];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) =>
    typeof item === "object" && item !== null ? [{ at: `${name}[${index}]`, item: item as Values }] : [],
  );
}

/** The strings of a list, with their places. */
export function stringsAt(values: Values, name: string): { at: string; item: string }[] {
  const value = values[name];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) =>
    typeof item === "string" ? [{ at: `${name}[${index}]`, item }] : [],
  );
}

/** Whether something was given, even if only the apply will tell what. */
export function isGiven(values: Values, name: string): boolean {
  return values[name] !== undefined && values[name] !== null;
}
