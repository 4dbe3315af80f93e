import type { RulesetRule } from "../../state/model.ts";
import { isOwn, VendorError, type Behaviour } from "../behaviour.ts";
import { cloudflareId } from "../ids.ts";
import { cloudflareImport } from "../import-id.ts";
import { accountProblems } from "./accounts.ts";

/** A zone's rules of one phase, which the edge executes. */
export const ruleset: Behaviour = {
  token: "cloudflare:index/ruleset:Ruleset",
  notImitated: [
    "phases other than custom firewall rules, rate limiting, cache settings and response headers: their rules are stored and not executed",
    "rulesets of an account (`accountId`) and managed rulesets: stored and not executed",
  ],
  deleteBeforeReplace: true,
  changing: ["lastUpdated", "version"],
  problems: accountProblems,
  apply({ store }, request) {
    const { inputs, urn, state } = request;
    const rulesets = store.collection("rulesets");
    const zoneId = String(inputs["zoneId"] ?? inputs["accountId"]);
    const phase = String(inputs["phase"]);
    const key = `${zoneId}/${phase}`;
    const found = rulesets.get(key);
    if (found && !isOwn(found, request)) {
      throw new VendorError(
        `Cloudflare: A similar configuration with rules already exists and overwriting will have unintended consequences: ` +
          `the zone has the ruleset "${found.name}" in the phase ${phase}, and a phase has only one. Put all rules into it.`,
      );
    }
    const id = found?.id ?? cloudflareId();
    const rules = withIds((inputs["rules"] ?? []) as RulesetRule[], found?.rules ?? []);
    rulesets.put(key, {
      urn,
      id,
      zoneId,
      name: String(inputs["name"]),
      kind: String(inputs["kind"]),
      phase,
      rules,
    });
    const version = String(Number(state["version"] ?? 0) + 1);
    return { id, outputs: { rules, version, lastUpdated: new Date().toISOString() } };
  },
  observe({ store }, _id, state) {
    const record = store
      .collection("rulesets")
      .get(`${state["zoneId"] ?? state["accountId"]}/${state["phase"]}`);
    if (!record) return undefined;
    const { name, kind, rules } = record;
    return { ...state, name, kind, rules };
  },
  imported({ store }, id) {
    const [scope, zoneId, rulesetId = ""] = cloudflareImport(
      "{accounts|zones}/{account_id|zone_id}/<ruleset_id>",
      id,
    );
    const record = store
      .collection("rulesets")
      .list()
      .find((each) => each.id === rulesetId && each.zoneId === zoneId && scope === "zones");
    if (!record) return undefined;
    const { urn: _urn, id: _id, ...properties } = record;
    const lastUpdated = new Date().toISOString();
    return { id: rulesetId, outputs: { description: "", ...properties, version: "1", lastUpdated } };
  },
  remove({ store }, id, state) {
    const key = `${state["zoneId"] ?? state["accountId"]}/${state["phase"]}`;
    if (store.collection("rulesets").get(key)?.id === id) store.collection("rulesets").delete(key);
  },
};

/** A rule keeps its id as long as its `ref` stays; without a `ref` it gets a new one each time, and the id as `ref`. */
export function withIds(rules: readonly RulesetRule[], before: readonly RulesetRule[]): RulesetRule[] {
  return rules.map((rule) => {
    const id = (rule.ref && before.find(({ ref }) => ref === rule.ref)?.id) || cloudflareId();
    return { ...rule, id, ref: rule.ref ?? id };
  });
}
