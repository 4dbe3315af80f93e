import { zoneSettingForms } from "../../../catalog/rules/zone-settings.ts";
import { isTakenOver, type Behaviour } from "../behaviour.ts";
import { cloudflareImport } from "../import-id.ts";
import { accountProblems } from "./accounts.ts";
import { defaultOf } from "./zone-setting-defaults.ts";

/** A setting of the zone. */
export const zoneSetting: Behaviour = {
  token: "cloudflare:index/zoneSetting:ZoneSetting",
  notImitated: [
    "TLS settings (ssl, min_tls_version, tls_1_3, always_use_https): stored; hosts are served over HTTP",
    "all other settings but image_resizing and browser_cache_ttl: stored and not acted on",
    "the setting keeping its value after destroy: here it goes back to the default",
  ],
  deleteBeforeReplace: true,
  changing: ["modifiedOn"],
  problems: accountProblems,
  apply({ store }, { inputs, urn }) {
    const zoneId = String(inputs["zoneId"]);
    const settingId = String(inputs["settingId"]);
    store
      .collection("zoneSettings")
      .put(`${zoneId}/${settingId}`, { urn, zoneId, settingId, value: inputs["value"] });
    return {
      id: settingId,
      outputs: {
        editable: true,
        enabled: inputs["enabled"] ?? false,
        modifiedOn: new Date().toISOString(),
        timeRemaining: 0,
      },
    };
  },
  observe({ store }, _id, state) {
    const record = store.collection("zoneSettings").get(`${state["zoneId"]}/${state["settingId"]}`);
    // One that was taken over as it was, nobody has set here.
    return { ...state, value: record ? record.value : defaultOf(String(state["settingId"])) };
  },
  imported({ store }, id) {
    const [zoneId = "", settingId = ""] = cloudflareImport("<zone_id>/<setting_id>", id);
    const known = store.collection("accounts").get("accounts")?.cloudflare.zones ?? [];
    // Every setting of a zone has a value, whether somebody has set it or not.
    if (!known.some((zone) => zone.id === zoneId) || !Object.hasOwn(zoneSettingForms, settingId))
      return undefined;
    const record = store.collection("zoneSettings").get(`${zoneId}/${settingId}`);
    const value = record ? record.value : defaultOf(settingId);
    const modifiedOn = new Date().toISOString();
    return {
      id: settingId,
      outputs: { zoneId, settingId, value, editable: true, enabled: false, modifiedOn, timeRemaining: 0 },
    };
  },
  remove(context, _id, state, urn) {
    const records = context.store.collection("zoneSettings");
    const key = `${state["zoneId"]}/${state["settingId"]}`;
    if (!isTakenOver(context, records.get(key), urn)) records.delete(key);
  },
};

/** Smart Tiered Cache. */
export const tieredCache: Behaviour = {
  token: "cloudflare:index/tieredCache:TieredCache",
  notImitated: ["tiers: the local edge is a single data centre"],
  deleteBeforeReplace: true,
  changing: ["modifiedOn"],
  problems: accountProblems,
  apply({ store }, { inputs, urn }) {
    const zoneId = String(inputs["zoneId"]);
    const value = inputs["value"] === "on" ? "on" : "off";
    store.collection("tieredCaches").put(zoneId, { urn, zoneId, value });
    return { id: zoneId, outputs: { editable: true, modifiedOn: new Date().toISOString() } };
  },
  observe({ store }, id, state) {
    const record = store.collection("tieredCaches").get(id);
    return record && { ...state, zoneId: record.zoneId, value: record.value };
  },
  imported({ store }, id) {
    const [zoneId = ""] = cloudflareImport("<zone_id>", id);
    const record = store.collection("tieredCaches").get(zoneId);
    const modifiedOn = new Date().toISOString();
    return record && { id: zoneId, outputs: { zoneId, value: record.value, editable: true, modifiedOn } };
  },
  remove(context, id, _state, urn) {
    const records = context.store.collection("tieredCaches");
    if (!isTakenOver(context, records.get(id), urn)) records.delete(id);
  },
};
