import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Ruleset, RulesetRule } from "../../state/model.ts";
import { objectAt } from "./parameters.ts";
import { matchingRules } from "./phase.ts";

/** An answer that the edge gives instead of the origin. */
export interface Mitigation {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the custom firewall rules of a zone (phase `http_request_firewall_custom`) do with a request; usually nothing. */
export function firewall(ruleset: Ruleset | undefined, request: RuleRequest): Mitigation | undefined {
  for (const { rule } of matchingRules(ruleset, request)) {
    if (rule.action === "skip") return undefined;
    const mitigation = mitigationOf(rule, 403, "Error 1020: access denied by a firewall rule.");
    if (mitigation) return mitigation;
  }
  return undefined;
}

/** The answer of an action, or undefined for one that lets the request pass, such as `log`. */
export function mitigationOf(rule: RulesetRule, status: number, message: string): Mitigation | undefined {
  switch (rule.action) {
    case "block": {
      const custom = objectAt(rule.actionParameters, "response");
      if (typeof custom.statusCode !== "number") return plain(status, message);
      return {
        status: custom.statusCode,
        headers: { "content-type": String(custom.contentType ?? "text/plain") },
        body: String(custom.content ?? ""),
      };
    }
    case "challenge":
    case "js_challenge":
    case "managed_challenge":
      // What a client that cannot solve a challenge gets to see.
      return { ...plain(403, "A challenge would be shown here."), headers: { "cf-mitigated": "challenge" } };
    default:
      return undefined;
  }
}

function plain(status: number, message: string): Mitigation {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${message}\n` };
}
