import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Ruleset } from "../../state/model.ts";
import { objectAt } from "./parameters.ts";
import { matchingRules } from "./phase.ts";

/** The headers after the zone's response header rules (phase `http_response_headers_transform`), static values only. */
export function transformHeaders(
  ruleset: Ruleset | undefined,
  request: RuleRequest,
  status: number,
  headers: Readonly<Record<string, string | string[]>>,
): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = { ...headers };
  if (!ruleset) return result;
  const values = new Map(Object.entries(headers).map(([name, value]) => [name, [value].flat()]));
  const answered = { ...request, response: { status, headers: values } };
  for (const { rule } of matchingRules(ruleset, answered)) {
    for (const [written, change] of Object.entries(objectAt(rule.actionParameters, "headers"))) {
      const name = written.toLowerCase();
      const { operation, value } = objectAt(change);
      if (operation === "remove") delete result[name];
      else if (typeof value !== "string") continue;
      else if (operation === "add" && result[name] !== undefined) result[name] = [result[name], value].flat();
      else result[name] = value;
    }
  }
  return result;
}
