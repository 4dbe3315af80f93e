import { zoneSettingForms } from "../../../catalog/rules/zone-settings.ts";
import { defaultOf } from "../../providers/cloudflare/zone-setting-defaults.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { refusalOf } from "./checked.ts";
import { failure, success } from "./envelope.ts";

const settingPath = "/client/v4/zones/:zone/settings/:setting";
const tieredPath = "/client/v4/zones/:zone/cache/tiered_cache_smart_topology_enable";
const modified = () => new Date().toISOString();

/** Settings of a zone, each with a value from the start, and its Smart Tiered Cache, which has none. */
export function addZoneSettingRoutes({ app, store, allows }: CloudflareApi): void {
  const settings = store.collection("zoneSettings");
  const tiered = store.collection("tieredCaches");
  const reads = allows("Zone Settings Read", "Zone Settings Write");
  const writes = allows("Zone Settings Write");
  const describe = (id: string, value: unknown) => ({ id, value, editable: true, modified_on: modified() });
  const known = (id: string) => Object.hasOwn(zoneSettingForms, id);
  const unknownSetting = (id: string) => failure(400, 1006, `Unrecognized zone setting name: ${id}`);

  app.get(settingPath, reads, ({ req }) => {
    const { zone, setting } = req.param();
    if (!known(setting)) return unknownSetting(setting);
    const record = settings.get(`${zone}/${setting}`);
    return success(describe(setting, record ? record.value : defaultOf(setting)));
  });
  app.patch(settingPath, writes, async ({ req }) => {
    const { zone, setting } = req.param();
    if (!known(setting)) return unknownSetting(setting);
    const { value } = await body(req.raw);
    const inputs = { zoneId: zone, settingId: setting, value };
    const refusal = refusalOf(store, "cloudflare:index/zoneSetting:ZoneSetting", inputs);
    if (refusal) return refusal;
    const key = `${zone}/${setting}`;
    settings.put(key, { urn: settings.get(key)?.urn ?? "", zoneId: zone, settingId: setting, value });
    return success(describe(setting, value));
  });

  const name = "tiered_cache_smart_topology_enable";
  app.get(tieredPath, reads, ({ req }) => {
    const record = tiered.get(req.param("zone"));
    if (record) return success(describe(name, record.value));
    return failure(404, 1142, `Unable to retrieve ${name} setting value. The zone setting does not exist.`);
  });
  app.patch(tieredPath, writes, async ({ req }) => {
    const zoneId = req.param("zone");
    const { value } = await body(req.raw);
    if (value !== "on" && value !== "off") return failure(400, 1007, "value: must be one of on, off");
    tiered.put(zoneId, { urn: tiered.get(zoneId)?.urn ?? "", zoneId, value });
    return success(describe(name, value));
  });
  app.delete(tieredPath, writes, ({ req }) => {
    tiered.delete(req.param("zone"));
    return success({ id: name });
  });
}
