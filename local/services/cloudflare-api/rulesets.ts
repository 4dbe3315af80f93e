import { fromApi, toApi } from "../../../catalog/api-names.ts";
import { catalogEntry, providerSchemas } from "../../../catalog/catalog.ts";
import { withDefaults } from "../../../catalog/defaults.ts";
import { cloudflareId } from "../../providers/ids.ts";
import { withIds } from "../../providers/cloudflare/ruleset.ts";
import type { Ruleset, RulesetRule } from "../../state/model.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { refusalOf } from "./checked.ts";
import { failure, success } from "./envelope.ts";

const { types } = providerSchemas.cloudflare;
const entry = catalogEntry("cloudflare:index/ruleset:Ruleset")!;
const rulesType = "cloudflare:index/RulesetRule:RulesetRule[]";
const permissions = ["Zone WAF", "Cache Settings", "Zone Transform Rules", "Account Rulesets"];
const reads = permissions.flatMap((name) => [`${name} Read`, `${name} Write`]);
const writes = permissions.map((name) => `${name} Write`);

/** A zone's rulesets: one entry point per phase. */
export function addRulesetRoutes({ app, store, allows }: CloudflareApi): void {
  const rulesets = store.collection("rulesets");
  const zonePath = "/client/v4/zones/:zone/rulesets";
  const ofZone = (zone: string) => rulesets.list().filter(({ zoneId }) => zoneId === zone);
  const byId = (zone: string, id: string) => ofZone(zone).find((ruleset) => ruleset.id === id);
  const summary = ({ id, name, kind, phase }: Ruleset) => ({
    id,
    name,
    kind,
    phase,
    description: "",
    version: "1",
    last_updated: new Date().toISOString(),
  });
  const describe = (found: Ruleset) => ({
    ...summary(found),
    rules: toApi(rulesType, types, found.rules) as unknown,
  });
  const noRuleset = (id: string) => failure(404, 10004, `could not find ruleset with ID ${id}`);

  /** Writes a phase's ruleset whole, as the API does. */
  const write = (zoneId: string, phase: string, name: string, given: unknown): Response => {
    const key = `${zoneId}/${phase}`;
    const found = rulesets.get(key);
    const wanted = fromApi(rulesType, types, given ?? []) as RulesetRule[];
    // The API gives ids; where they are sent back, they are not the rules' own.
    const rules = withDefaults(entry, { rules: wanted.map(({ id: _id, ...rule }) => rule) })[
      "rules"
    ] as RulesetRule[];
    const refusal = refusalOf(store, entry.token, {
      zoneId,
      name,
      kind: "zone",
      phase,
      rules,
    });
    if (refusal) return refusal;
    const ruleset: Ruleset = {
      urn: found?.urn ?? "",
      id: found?.id ?? cloudflareId(),
      zoneId,
      name,
      kind: "zone",
      phase,
      rules: withIds(rules, found?.rules ?? []),
    };
    rulesets.put(key, ruleset);
    return success(describe(ruleset));
  };

  app.get(zonePath, allows(...reads), ({ req }) => success(ofZone(req.param("zone")).map(summary)));

  app.post(zonePath, allows(...writes), async ({ req }) => {
    const zone = req.param("zone");
    const { name = "default", phase, kind = "zone", rules } = await body(req.raw);
    if (kind !== "zone") return failure(400, 20120, "kind: the local target has rulesets of a zone alone");
    if (rulesets.get(`${zone}/${String(phase)}`)) {
      return failure(
        400,
        20217,
        `exceeded maximum number of zone entrypoint rulesets for phase ${String(phase)} (maximum: 1)`,
      );
    }
    return write(zone, String(phase), String(name), rules);
  });

  app.get(`${zonePath}/phases/:phase/entrypoint`, allows(...reads), ({ req }) => {
    const { zone, phase } = req.param();
    const found = rulesets.get(`${zone}/${phase}`);
    return found
      ? success(describe(found))
      : failure(404, 10003, `could not find entrypoint ruleset in the ${phase} phase`);
  });

  app.put(`${zonePath}/phases/:phase/entrypoint`, allows(...writes), async ({ req }) => {
    const { zone, phase } = req.param();
    const { name, rules } = await body(req.raw);
    const found = rulesets.get(`${zone}/${phase}`);
    return write(zone, phase, String(name ?? found?.name ?? "default"), rules);
  });

  app.get(`${zonePath}/:id`, allows(...reads), ({ req }) => {
    const found = byId(req.param("zone"), req.param("id"));
    return found ? success(describe(found)) : noRuleset(req.param("id"));
  });

  app.put(`${zonePath}/:id`, allows(...writes), async ({ req }) => {
    const { zone, id } = req.param();
    const found = byId(zone, id);
    if (!found) return noRuleset(id);
    return write(zone, found.phase, found.name, (await body(req.raw))["rules"]);
  });

  app.delete(`${zonePath}/:id`, allows(...writes), ({ req }) => {
    const { zone, id } = req.param();
    const found = byId(zone, id);
    if (!found) return noRuleset(id);
    rulesets.delete(`${zone}/${found.phase}`);
    return new Response(null, { status: 204 });
  });
}
