import type { Entry } from "./catalog.ts";
import { itemType, type Properties, type TypeSchema } from "./schema.ts";

type Values = Readonly<Record<string, unknown>>;

/** The inputs as the provider takes them: its defaults where nothing was given, nested ones too; nulls left out. */
export function withDefaults(entry: Entry, inputs: Values): Record<string, unknown> {
  return fillObject(entry.inputs, entry.types, inputs);
}

type Types = Readonly<Record<string, TypeSchema>>;

function fillObject(properties: Properties, types: Types, values: Values): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null)
      filled[name] = fill(properties[name]?.type ?? "any", types, value);
  }
  for (const [name, schema] of Object.entries(properties)) {
    if (!(name in filled) && schema.default !== undefined) filled[name] = structuredClone(schema.default);
  }
  return filled;
}

function fill(type: string, types: Types, value: unknown): unknown {
  const items = itemType(type);
  const nested = types[type];
  if (items?.container === "list" && Array.isArray(value)) {
    return value.map((item) => fill(items.item, types, item));
  }
  if (items?.container === "map" && typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fill(items.item, types, item)]),
    );
  }
  if (nested && "properties" in nested && typeof value === "object" && value !== null) {
    return fillObject(nested.properties, types, value as Values);
  }
  return value;
}
