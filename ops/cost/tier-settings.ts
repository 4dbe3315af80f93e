import type { Tier } from "../../infra/settings/schema.ts";
import { settingsOf, type Settings } from "../../infra/settings/settings.ts";

/** A region that all vendors have. */
const region = "eu-west-1";

/** The settings of a tier as it comes: default plans and sizes, with placeholders for what has no price. */
export function tierSettings(tier: Tier): Settings {
  const placeholder = "0".repeat(32);
  const values = {
    "lavlay:tier": tier,
    "lavlay:domain": "lavlay.example",
    "lavlay:cloudflare": JSON.stringify({ accountId: placeholder, zoneId: placeholder }),
    "lavlay:supabase": JSON.stringify({ organizationId: "lavlay", region }),
    "lavlay:media": JSON.stringify({ bucket: "lavlay-media" }),
    "lavlay:monitoring": JSON.stringify({ emails: ["ops@lavlay.example"] }),
    "lavlay:databasePassword": placeholder,
  };
  return settingsOf(tier, { values, secretKeys: new Set(["lavlay:databasePassword"]) }, {}, "plan");
}
