import { unknown } from "../../catalog/unknown.ts";

/** How the engine marks a secret, an output value and an unknown value on the wire. */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Declared inputs as a validator takes them: secrets opened, what only creation tells as {@link unknown}. */
export function plainInputs(inputs: Record<string, unknown>): Record<string, unknown> {
  return plain(inputs) as Record<string, unknown>;
}

function plain(value: unknown): unknown {
  if (value === unknownValue) return unknown;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[signature] === secretSignature) return plain(record["value"]);
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, plain(item)]));
}

/** A declared value as a reviewer may see it: secrets masked, what only creation tells named so. */
export function display(value: unknown): unknown {
  if (value === unknownValue) return "(known after up)";
  if (Array.isArray(value)) return value.map(display);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[signature] === secretSignature) return "[secret]";
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      // The text of a dynamic provider is this program's own code, not a property.
      .filter((key) => key !== "__provider")
      .map((key) => [key, display(record[key])]),
  );
}
