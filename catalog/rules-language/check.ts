import { cloudflarePlans } from "../entitlements/cloudflare.ts";
import type { CloudflarePlan } from "../entitlements/cloudflare.ts";
import type { Problem } from "../problem.ts";
import { ExpressionError } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { isResponseField } from "./fields.ts";
import { parseExpression } from "./parser.ts";
import { usesOf } from "./uses.ts";

/** Where an expression stands. */
export interface ExpressionPlace {
  /** The property path for the report, such as `rules[0].expression`. Default: `expression`. */
  readonly key?: string;
  /** The zone's plan; without it, no plan limit is checked. */
  readonly plan?: CloudflarePlan;
  /** The ruleset's phase, such as `http_ratelimit`. */
  readonly phase?: string;
}

const reference = "https://developers.cloudflare.com/ruleset-engine/rules-language/";
const responsePhases = [
  "http_response_headers_transform",
  "http_response_firewall_managed",
  "http_log_custom_fields",
];

/** Everything wrong with an expression at its place: syntax, types, names, and what the plan does not allow. */
export function checkExpression(text: string, place: ExpressionPlace = {}): Problem[] {
  const key = place.key ?? "expression";
  let expression: Expression;
  try {
    expression = parseExpression(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return [
      {
        key,
        value: `${error.found} at character ${error.position + 1} of \`${text}\``,
        limit: `expected is ${error.expected}`,
        fix: "Correct the expression",
        see: reference,
      },
    ];
  }
  return [...planProblems(expression, key, place), ...phaseProblems(expression, key, place)];
}

function planProblems(expression: Expression, key: string, { plan, phase }: ExpressionPlace): Problem[] {
  if (!plan) return [];
  const allowed = cloudflarePlans[plan];
  const uses = usesOf(expression);
  const problems: Problem[] = [];
  const regular = [
    ...uses.operators.filter((name) => name === "matches"),
    ...uses.functions.filter((name) => name === "regex_replace"),
  ];
  if (regular.length > 0 && !allowed.regularExpressions) {
    problems.push({
      key,
      value: regular.map((name) => `\`${name}\``).join(", "),
      limit: `regular expressions need Cloudflare Business or Enterprise, the zone is on ${allowed.label}`,
      fix: "Use `wildcard`, `contains`, starts_with(…) or ends_with(…)",
      see: `${reference}operators/`,
    });
  }
  const fields = allowed.rateLimitFields;
  if (phase === "http_ratelimit" && fields !== "any") {
    for (const field of uses.fields.filter((name) => !fields.includes(name))) {
      problems.push({
        key,
        value: `the field \`${field}\``,
        limit: `a rate-limit expression on ${allowed.label} may use only ${fields.join(", ")}`,
        fix: "Leave the field out, or move the zone to a plan that has it",
        see: "https://developers.cloudflare.com/waf/rate-limiting-rules/#availability",
      });
    }
  }
  return problems;
}

function phaseProblems(expression: Expression, key: string, { phase }: ExpressionPlace): Problem[] {
  if (!phase || responsePhases.includes(phase)) return [];
  return usesOf(expression)
    .fields.filter(isResponseField)
    .map((field) => ({
      key,
      value: `the field \`${field}\``,
      limit: `the phase ${phase} runs before the origin has answered`,
      fix: `Use fields of the request, or a phase of the response such as ${responsePhases[0]}`,
      see: `${reference}fields/reference/`,
    }));
}
