import { cloudflarePlans, type CloudflareEntitlements } from "../entitlements/cloudflare.ts";
import type { Problem } from "../problem.ts";
import { checkExpression } from "../rules-language/index.ts";
import { showValue } from "../validate.ts";
import { cacheRule } from "./cache-rule.ts";
import { rateLimitRule } from "./rate-limit-rule.ts";
import { accountId, zoneId } from "./r2.ts";
import { all, isGiven, objectsAt, type Rule, type Values } from "./rule.ts";
import { planOf } from "./zone.ts";

const owner: Rule = (inputs) => {
  const both = isGiven(inputs, "zoneId") && isGiven(inputs, "accountId");
  if (!both && (isGiven(inputs, "zoneId") || isGiven(inputs, "accountId"))) return [];
  return [
    {
      key: "zoneId",
      value: both ? "given beside accountId" : "missing, as is accountId",
      limit: "a ruleset belongs to a zone or to an account, to exactly one of them",
      fix: "Give zoneId for the rules of a zone",
      see: "https://developers.cloudflare.com/ruleset-engine/about/rulesets/",
    },
  ];
};

/** How many rules a phase may have. */
export function ruleLimit(phase: unknown, plan: CloudflareEntitlements): number {
  switch (phase) {
    case "http_ratelimit":
      return plan.rateLimitRules;
    case "http_request_firewall_custom":
      return plan.wafCustomRules;
    default:
      return plan.cacheRules;
  }
}

const count: Rule = (inputs, context) => {
  const name = planOf(inputs, context);
  const rules = inputs["rules"];
  if (!name || !Array.isArray(rules)) return [];
  const plan = cloudflarePlans[name];
  const limit = ruleLimit(inputs["phase"], plan);
  if (rules.length <= limit) return [];
  return [
    {
      key: "rules",
      value: `${rules.length} rules in the phase ${String(inputs["phase"])}`,
      limit: `${plan.label} allows ${limit}`,
      fix: "Merge rules, or move the zone to a larger plan",
      see: "https://developers.cloudflare.com/ruleset-engine/rulesets-api/#limits",
    },
  ];
};

const rules: Rule = (inputs, context) => {
  const plan = planOf(inputs, context);
  const phase = typeof inputs["phase"] === "string" ? inputs["phase"] : undefined;
  const refs = new Set<unknown>();
  return objectsAt(inputs, "rules").flatMap(({ at, item }) => {
    const problems: Problem[] = [];
    const { expression, ref } = item;
    if (typeof expression === "string" && expression !== "") {
      problems.push(...checkExpression(expression, { key: `${at}.expression`, plan, phase }));
    }
    if (typeof ref === "string" && refs.has(ref)) {
      problems.push({
        key: `${at}.ref`,
        value: ref,
        limit: "each rule of a ruleset has a ref of its own",
        fix: "Rename one",
      });
    }
    refs.add(ref);
    problems.push(...placeProblems(at, item, phase));
    if (phase === "http_ratelimit") problems.push(...rateLimitRule(at, item, plan));
    if (phase === "http_request_cache_settings") problems.push(...cacheRule(at, item, plan));
    return problems;
  });
};

/** Actions that only one phase has, and what that phase needs. */
const phaseOfAction: Readonly<Record<string, readonly string[]>> = {
  set_cache_settings: ["http_request_cache_settings"],
  set_config: ["http_config_settings"],
  rewrite: ["http_request_transform", "http_request_late_transform", "http_response_headers_transform"],
  redirect: ["http_request_dynamic_redirect", "http_request_redirect"],
  route: ["http_request_origin"],
  compress_response: ["http_response_compression"],
  serve_error: ["http_custom_errors"],
};

function placeProblems(at: string, rule: Values, phase: string | undefined): Problem[] {
  const problems: Problem[] = [];
  const { action } = rule;
  const phases = typeof action === "string" ? phaseOfAction[action] : undefined;
  if (phases && phase && !phases.includes(phase)) {
    problems.push({
      key: `${at}.action`,
      value: showValue(action),
      limit: `it belongs to the phase ${phases.join(" or ")}, the ruleset is of ${phase}`,
      fix: "Move the rule to a ruleset of that phase",
      see: "https://developers.cloudflare.com/ruleset-engine/reference/phases-list/",
    });
  }
  if (isGiven(rule, "ratelimit") && phase && phase !== "http_ratelimit") {
    problems.push({
      key: `${at}.ratelimit`,
      value: "given",
      limit: `it belongs to the phase http_ratelimit, the ruleset is of ${phase}`,
      fix: "Move the rule to a ruleset of that phase",
    });
  }
  return problems;
}

export const ruleset = all(accountId, zoneId, owner, count, rules);
