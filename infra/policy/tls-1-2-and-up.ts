import { textOf, type PolicyResource, type ResourcePolicy } from "./policy.ts";

/** Nothing older than TLS 1.2, and no way around TLS. */
export const tls12AndUp: ResourcePolicy = {
  name: "tls-1-2-and-up",
  description: "Browsers, origins and the database speak TLS, 1.2 or newer.",
  level: "mandatory",
  check(resource) {
    return demandsOf(resource)
      .filter(({ value, allowed }) => isTold(value) && !allowed.includes(value))
      .map(
        ({ key, value, allowed }) =>
          `${key}: ${String(value)}, but it lets old or no TLS through. Set it to ${allowed.join(" or ")}.`,
      );
  },
};

interface Demand {
  readonly key: string;
  readonly value: unknown;
  readonly allowed: readonly unknown[];
}

/** The zone's settings that are about TLS, with the values that are safe. */
const zoneSettings: Readonly<Record<string, readonly unknown[]>> = {
  min_tls_version: ["1.2", "1.3"],
  ssl: ["full", "strict"],
  always_use_https: ["on"],
};

function demandsOf({ type, props }: PolicyResource): Demand[] {
  switch (type) {
    case "cloudflare:index/zoneSetting:ZoneSetting": {
      const key = textOf(props["settingId"]) ?? "";
      const allowed = Object.hasOwn(zoneSettings, key) ? zoneSettings[key] : undefined;
      return allowed ? [{ key, value: props["value"], allowed }] : [];
    }
    case "cloudflare:index/r2CustomDomain:R2CustomDomain":
      // Cloudflare's default is 1.0.
      return [{ key: "minTls", value: props["minTls"] ?? "1.0", allowed: ["1.2", "1.3"] }];
    case "supabase:index/settings:Settings":
      return [{ key: "sslEnforcement", value: props["sslEnforcement"] ?? false, allowed: [true] }];
    default:
      return [];
  }
}

const isTold = (value: unknown) => typeof value === "string" || typeof value === "boolean";
