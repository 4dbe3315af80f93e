import { evaluate, parseExpression } from "../../../catalog/rules-language/index.ts";
import type { Expression, RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Ruleset, RulesetRule } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";

/** A rule whose expression has been parsed. */
export interface CompiledRule {
  readonly rule: RulesetRule;
  /** Stable while the rule's `ref` and place are. */
  readonly id: string;
  readonly expression: Expression;
}

/** The rulesets of a zone, by their phase. */
export function phasesOf(store: Store, zoneId: string): (phase: string) => Ruleset | undefined {
  const rulesets = store.collection("rulesets");
  return (phase) => rulesets.get(`${zoneId}/${phase}`);
}

const compiled = new WeakMap<Ruleset, readonly CompiledRule[]>();

/** The enabled rules of a phase, in order. The store replaces a record when it changes, so each is parsed once. */
export function rulesOf(ruleset: Ruleset | undefined): readonly CompiledRule[] {
  if (!ruleset) return [];
  const known = compiled.get(ruleset);
  if (known) return known;
  const rules = ruleset.rules
    .map((rule, index) => ({ rule, id: `${ruleset.id}/${rule.ref ?? index}` }))
    .filter(({ rule }) => rule.enabled !== false)
    .map(({ rule, id }) => ({ rule, id, expression: parseExpression(rule.expression) }));
  compiled.set(ruleset, rules);
  return rules;
}

/** The rules that match the request, in order. */
export function matchingRules(ruleset: Ruleset | undefined, request: RuleRequest): readonly CompiledRule[] {
  return rulesOf(ruleset).filter(({ expression }) => evaluate(expression, request));
}
