import type { Entry } from "../catalog.ts";
import type { Problem } from "../problem.ts";
import { validateInputs } from "../validate.ts";
import { cloudflareRules } from "./cloudflare.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { supabaseRules } from "./supabase.ts";
import { vercelRules } from "./vercel.ts";

export type { Rule, RuleContext } from "./rule.ts";

const rules: Readonly<Record<string, Rule>> = { ...cloudflareRules, ...supabaseRules, ...vercelRules };

/**
 * Everything wrong with a resource: by the provider's schema, by what the vendor accepts, and by what the plan allows.
 * Values that only the apply will tell are passed over.
 */
export function checkResource(
  entry: Entry,
  inputs: Readonly<Record<string, unknown>>,
  context: RuleContext = {},
): Problem[] {
  const problems = validateInputs(entry, inputs);
  const known = new Set(problems.map(({ key }) => key));
  // A rule reads what the schema has accepted; what the schema refuses needs no second reason.
  const more = rules[entry.token]?.(inputs, context) ?? [];
  return [...problems, ...more.filter(({ key }) => !known.has(key))];
}
