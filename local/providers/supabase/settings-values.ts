import type { Json, Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";

export const settingsGroups = ["api", "auth", "database", "network", "storage"] as const;
export type SettingsGroup = (typeof settingsGroups)[number];

/** What a new project has, of the settings that this package declares. */
const defaults: Readonly<Record<SettingsGroup, Json>> = {
  api: {
    db_schema: "public,graphql_public",
    db_extra_search_path: "public, extensions",
    max_rows: 1000,
  },
  auth: {
    site_url: "http://localhost:3000",
    uri_allow_list: "",
    disable_signup: false,
    external_email_enabled: true,
    jwt_exp: 3600,
    password_min_length: 6,
    refresh_token_rotation_enabled: true,
    security_refresh_token_reuse_interval: 10,
    rate_limit_otp: 30,
    rate_limit_verify: 30,
    rate_limit_token_refresh: 150,
    hook_send_email_enabled: false,
  },
  database: {},
  network: { restrictions: ["0.0.0.0/0", "::/0"] },
  storage: {
    fileSizeLimit: 52_428_800,
    features: { imageTransformation: { enabled: false }, s3Protocol: { enabled: true } },
  },
};

/** Every setting of a project: what was set, and the defaults of a new one. */
export function settingsOf(
  store: Store,
  ref: string,
): Record<SettingsGroup, Json> & { sslEnforcement: boolean } {
  const record: Partial<Model["projectSettings"]> = store.collection("projectSettings").get(ref) ?? {};
  const values = settingsGroups.map((group) => [group, merged(defaults[group], record[group])] as const);
  return {
    ...(Object.fromEntries(values) as Record<SettingsGroup, Json>),
    sslEnforcement: record.sslEnforcement ?? false,
  };
}

/** What is set replaces what was, key by key; what is not named stays. */
export function merged(before: Json | undefined, set: Json | undefined): Json {
  const result: Json = { ...before };
  for (const [key, value] of Object.entries(set ?? {})) {
    const old = result[key];
    result[key] = isObject(old) && isObject(value) ? merged(old, value) : value;
  }
  return result;
}

/** Of what there is only what stands in `asked` too. */
export function picked(found: Json, asked: Json): Json {
  return Object.fromEntries(
    Object.entries(asked)
      .filter(([key]) => key in found)
      .map(([key, value]) => {
        const there = found[key];
        return [key, isObject(value) && isObject(there) ? picked(there, value) : there];
      }),
  );
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
