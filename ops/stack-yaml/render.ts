import { parse, type Scalar } from "yaml";

/** What a key can be set to. */
export type ConfigValue =
  string | number | boolean | readonly ConfigValue[] | { readonly [key: string]: ConfigValue };

/** Plain text that no reader of YAML takes for anything else, also between brackets. */
const plain = /^[A-Za-z][\w.@/+-]*( [\w.@/+-]+)*$/;

/**
 * A value on one line, with quotes where it needs some.
 * @param style of the value that it replaces: a text keeps its quotes
 */
export function flowText(value: ConfigValue, style?: Scalar.Type | null): string {
  if (Array.isArray(value)) return `[${value.map((item: ConfigValue) => flowText(item)).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) => `${keyText(key)}: ${flowText(item)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  if (typeof value !== "string") return JSON.stringify(value);
  // JSON's escapes are YAML's, and a quote of the other kind has none.
  if (style === "QUOTE_SINGLE" && /^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return style !== "QUOTE_DOUBLE" && isPlain(value) ? value : JSON.stringify(value);
}

/** A key such as `lavlay:supabase`, with quotes where it needs some. */
export function keyText(key: string): string {
  return key.split(":").every(isPlain) ? key : JSON.stringify(key);
}

/** Pulumi reads YAML 1.1, in which `off` is false. */
function isPlain(text: string): boolean {
  return (
    plain.test(text) &&
    (["1.1", "1.2"] as const).every((version) => parse(text, { version, logLevel: "error" }) === text)
  );
}
