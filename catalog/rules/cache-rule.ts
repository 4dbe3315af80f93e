import { cloudflarePlans, type CloudflarePlan } from "../entitlements/cloudflare.ts";
import type { Problem } from "../problem.ts";
import { isGiven, objectAt, type Values } from "./rule.ts";

const see = "https://developers.cloudflare.com/cache/how-to/cache-rules/settings/";

/** What is wrong with one rule of the phase `http_request_cache_settings`. */
export function cacheRule(at: string, rule: Values, planName: CloudflarePlan | undefined): Problem[] {
  const problems: Problem[] = [];
  const parameters = objectAt(rule, "actionParameters");
  const refuse = (key: string, value: string, limit: string, fix: string) =>
    problems.push({ key: `${at}.actionParameters.${key}`, value, limit, fix, see });

  const edgeTtl = objectAt(parameters, "edgeTtl");
  for (const name of ["edgeTtl", "browserTtl"]) {
    const ttl = objectAt(parameters, name);
    if (ttl["mode"] === "override_origin" && !isGiven(ttl, "default") && !isGiven(ttl, "statusCodeTtls")) {
      refuse(`${name}.default`, "missing", "the mode override_origin needs it", "Give it, in seconds");
    }
  }
  if (!planName) return problems;

  const plan = cloudflarePlans[planName];
  const seconds = edgeTtl["default"];
  if (edgeTtl["mode"] === "override_origin" && typeof seconds === "number" && seconds < plan.minEdgeTtl) {
    refuse(
      "edgeTtl.default",
      `${seconds} s`,
      `${plan.label} keeps at the edge for at least ${plan.minEdgeTtl} s`,
      `Set it to ${plan.minEdgeTtl} or more`,
    );
  }
  if (plan.customCacheKeys) return problems;

  const enterprise = "it needs Cloudflare Enterprise";
  if (isGiven(edgeTtl, "statusCodeTtls")) {
    refuse("edgeTtl.statusCodeTtls", "given", enterprise, "Leave it out");
  }
  for (const part of enterpriseKeyParts(objectAt(objectAt(parameters, "cacheKey"), "customKey"))) {
    refuse(
      `cacheKey.customKey.${part}`,
      "given",
      enterprise,
      "Leave it out; every plan can leave out the whole query string (queryString.exclude.all)",
    );
  }
  return problems;
}

/** Leaving out the whole query string is all that every plan can do. */
function enterpriseKeyParts(customKey: Values): string[] {
  const queryString = objectAt(customKey, "queryString");
  const exclude = objectAt(queryString, "exclude");
  return [
    ...["cookie", "header", "host", "user"].filter((name) => isGiven(customKey, name)),
    ...(isGiven(queryString, "include") ? ["queryString.include"] : []),
    ...(isGiven(exclude, "lists") ? ["queryString.exclude.lists"] : []),
  ];
}
