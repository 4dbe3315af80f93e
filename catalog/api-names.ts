import { itemType, type TypeSchema } from "./schema.ts";

/** `requestsPerPeriod` → `requests_per_period`. */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** The same for `minTls`, `min_tls` and `minTLS`. */
const plain = (name: string) => name.replaceAll("_", "").toLowerCase();

/** Types whose properties the provider names in the plural and the API in the singular, but for these. */
const singularBut: Readonly<Record<string, readonly string[]>> = {
  "cloudflare:index/NotificationPolicyMechanisms:NotificationPolicyMechanisms": ["webhooks"],
  "cloudflare:index/NotificationPolicyFilters:NotificationPolicyFilters": [
    "actions",
    "affectedAsns",
    "affectedComponents",
    "affectedLocations",
    "alertTriggerPreferences",
    "popNames",
    "selectors",
    "services",
    "trafficExclusions",
    "zones",
  ],
};
const originHeader = "cloudflare:index/LoadBalancerPoolOriginHeader:LoadBalancerPoolOriginHeader";

const singular = (name: string) =>
  name
    .replace(/ies$/, "y")
    .replace(/(ss|us)es$/, "$1")
    .replace(/(?<![su])s$/, "");

function apiName(type: string, name: string): string {
  // The only property that is called as the header is.
  if (type === originHeader && name === "hosts") return "Host";
  const plural = singularBut[type];
  return snake(plural && !plural.includes(name) ? singular(name) : name);
}

type Types = Readonly<Record<string, TypeSchema>>;

/**
 * A value as a vendor's API writes it, in the names of a provider's type; the keys of maps, such as headers, are data
 * and stay. What the type does not know is left out.
 */
export function fromApi(type: string, types: Types, value: unknown): unknown {
  return walk(type, types, value, (within, properties, found) =>
    properties.flatMap((name) => {
      const key = Object.keys(found).find((each) => plain(each) === plain(apiName(within, name)));
      const there = key === undefined ? undefined : (found[key] ?? undefined);
      return there === undefined ? [] : [[name, name, there]];
    }),
  );
}

/** The opposite: a provider's value in the API's names, words parted by underscores. */
export function toApi(type: string, types: Types, value: unknown): unknown {
  return walk(type, types, value, (within, properties, found) =>
    properties.flatMap((name) =>
      found[name] === undefined ? [] : [[name, apiName(within, name), found[name]]],
    ),
  );
}

type Found = Readonly<Record<string, unknown>>;
/** Property, its name in the result, and its value. */
type Renamed = [name: string, as: string, value: unknown][];

function walk(
  type: string,
  types: Types,
  value: unknown,
  rename: (within: string, properties: string[], found: Found) => Renamed,
): unknown {
  const items = itemType(type);
  if (items?.container === "list" && Array.isArray(value))
    return value.map((item) => walk(items.item, types, item, rename));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (items?.container === "map")
    return Object.fromEntries(entries.map(([key, item]) => [key, walk(items.item, types, item, rename)]));
  const schema = types[type];
  if (!schema || !("properties" in schema)) return value;
  const { properties } = schema;
  return Object.fromEntries(
    rename(type, Object.keys(properties), value as Found).map(([name, as, item]) => [
      as,
      walk(properties[name]?.type ?? "any", types, item, rename),
    ]),
  );
}
