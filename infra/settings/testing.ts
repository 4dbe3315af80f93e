import type { RawConfig } from "./parse.ts";
import { settingsOf, type Settings } from "./settings.ts";

const id = (digit: string) => digit.repeat(32);

/** A valid stack's configuration, for tests, with some of its keys changed; `undefined` takes a key away. */
export function stackConfig(
  changes: Record<string, unknown> = {},
  secretKeys: readonly string[] = ["lavlay:databasePassword"],
): RawConfig {
  const config: Record<string, unknown> = {
    tier: "free",
    domain: "lavlay.com",
    cloudflare: { accountId: id("a"), zoneId: id("b") },
    supabase: { organizationId: "lavlay", region: "eu-west-1" },
    media: { bucket: "lavlay-media" },
    monitoring: { emails: ["ops@lavlay.com"] },
    databasePassword: "correct horse battery",
    ...changes,
  };
  const values = Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [`lavlay:${key}`, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  return { values, secretKeys: new Set(secretKeys) };
}

/** The local target's ports, as the engine's environment names them. */
export const localPorts = {
  LAVLAY_LOCAL_FRONT_PORT: "4700",
  LAVLAY_LOCAL_API_PORT: "4701",
  LAVLAY_LOCAL_OBJECT_STORE_PORT: "4702",
  LAVLAY_LOCAL_MANAGEMENT_PORT: "4704",
  LAVLAY_LOCAL_REDIS_PORT: "4705",
};

/** Valid settings, for tests. */
export function testSettings(
  changes: Record<string, unknown> = {},
  secretKeys?: readonly string[],
): Settings {
  return settingsOf("prod", stackConfig(changes, secretKeys), localPorts, "apply");
}
