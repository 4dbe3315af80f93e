import { cloudflarePlans, type CloudflarePlan } from "../entitlements/cloudflare.ts";
import type { Problem } from "../problem.ts";
import { showValue } from "../validate.ts";
import { isGiven, objectAt, stringsAt, type Values } from "./rule.ts";

const see = "https://developers.cloudflare.com/waf/rate-limiting-rules/#availability";
const challenges = ["challenge", "js_challenge", "managed_challenge"];

/** What is wrong with one rule of the phase `http_ratelimit`. */
export function rateLimitRule(at: string, rule: Values, planName: CloudflarePlan | undefined): Problem[] {
  const problems: Problem[] = [];
  const limits = objectAt(rule, "ratelimit");
  const refuse = (key: string, value: unknown, limit: string, fix: string) =>
    problems.push({ key: `${at}.${key}`, value: showValue(value), limit, fix, see });

  if (!isGiven(rule, "ratelimit")) {
    refuse("ratelimit", "missing", "a rule of the phase http_ratelimit needs it", "Give it");
    return problems;
  }
  const characteristics = stringsAt(limits, "characteristics").map(({ item }) => item);
  if (characteristics.length > 0 && !characteristics.includes("cf.colo.id")) {
    refuse(
      "ratelimit.characteristics",
      characteristics,
      "Cloudflare counts per data centre, so cf.colo.id must be among them",
      'Add "cf.colo.id"',
    );
  }
  if (!planName) return problems;

  const plan = cloudflarePlans[planName];
  const upgrade = "or move the zone to a plan that has it";
  if (plan.rateLimitCharacteristics !== "any") {
    const allowed = ["cf.colo.id", ...plan.rateLimitCharacteristics];
    for (const name of characteristics.filter((name) => !allowed.includes(name))) {
      refuse(
        "ratelimit.characteristics",
        name,
        `${plan.label} counts by ${allowed.join(", ")}`,
        `Leave it out, ${upgrade}`,
      );
    }
  }
  const { period, mitigationTimeout, countingExpression } = limits;
  if (typeof period === "number" && !plan.rateLimitPeriods.includes(period)) {
    const allowed = plan.rateLimitPeriods.join(", ");
    refuse(
      "ratelimit.period",
      period,
      `${plan.label} counts over ${allowed} s`,
      `Take one of them, ${upgrade}`,
    );
  }
  if (typeof mitigationTimeout === "number" && !plan.rateLimitTimeouts.includes(mitigationTimeout)) {
    const allowed = plan.rateLimitTimeouts.join(", ");
    refuse(
      "ratelimit.mitigationTimeout",
      mitigationTimeout,
      `${plan.label} holds off for ${allowed} s`,
      `Take one of them, ${upgrade}`,
    );
  }
  if (countingExpression !== undefined && !plan.rateLimitCountingExpression) {
    refuse(
      "ratelimit.countingExpression",
      countingExpression,
      `${plan.label} has none`,
      `Leave it out, ${upgrade}`,
    );
  }
  const { action } = rule;
  if (challenges.includes(String(action)) && planName !== "enterprise" && mitigationTimeout !== 0) {
    refuse(
      "ratelimit.mitigationTimeout",
      mitigationTimeout ?? "missing",
      `a challenge on ${plan.label} needs 0`,
      'Set it to 0, or take the action "block"',
    );
  }
  if (action === "log" && planName !== "enterprise") {
    refuse("action", action, "logging alone needs Cloudflare Enterprise", 'Take the action "block"');
  }
  const response = objectAt(rule, "actionParameters")["response"];
  if (response !== undefined && !plan.rateLimitCustomResponse) {
    refuse(
      "actionParameters.response",
      "given",
      `${plan.label} has no response of one's own`,
      `Leave it out, ${upgrade}`,
    );
  }
  return problems;
}
