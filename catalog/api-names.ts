import { itemType, type TypeSchema } from "./schema.ts";

/** `requestsPerPeriod` → `requests_per_period`. */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** The same for `minTls`, `min_tls` and `minTLS`. */
const plain = (name: string) => name.replaceAll("_", "").toLowerCase();

type Types = Readonly<Record<string, TypeSchema>>;

/**
 * A value as a vendor's API writes it, in the names of a provider's type; the keys of maps, such as headers, are data
 * and stay. What the type does not know is left out.
 */
export function fromApi(type: string, types: Types, value: unknown): unknown {
  return walk(type, types, value, (properties, found) =>
    properties.flatMap((name) => {
      const key = Object.keys(found).find((each) => plain(each) === plain(name));
      const there = key === undefined ? undefined : (found[key] ?? undefined);
      return there === undefined ? [] : [[name, name, there]];
    }),
  );
}

/** The opposite: a provider's value in the API's names, words parted by underscores. */
export function toApi(type: string, types: Types, value: unknown): unknown {
  return walk(type, types, value, (properties, found) =>
    properties.flatMap((name) => (found[name] === undefined ? [] : [[name, snake(name), found[name]]])),
  );
}

type Found = Readonly<Record<string, unknown>>;
/** Property, its name in the result, and its value. */
type Renamed = [name: string, as: string, value: unknown][];

function walk(
  type: string,
  types: Types,
  value: unknown,
  rename: (properties: string[], found: Found) => Renamed,
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
    rename(Object.keys(properties), value as Found).map(([name, as, item]) => [
      as,
      walk(properties[name]?.type ?? "any", types, item, rename),
    ]),
  );
}
