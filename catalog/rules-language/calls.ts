import type { Value } from "./evaluate.ts";
import { compileRegex } from "./regex.ts";

/** The value of a function call whose arguments have been evaluated; undefined where an argument is absent. */
export function call(name: string, args: readonly Value[]): Value {
  if (name === "has_key")
    return (args[0] as ReadonlyMap<string, unknown> | undefined)?.has(args[1] as string) ?? false;
  if (name === "has_value") return values(args[0]).includes(args[1] as string);
  if (args.some((argument) => argument === undefined)) return undefined;
  const text = String(args[0]);
  switch (name) {
    case "concat":
      return args.join("");
    case "ends_with":
      return text.endsWith(args[1] as string);
    case "len":
      return Buffer.byteLength(text);
    case "lower":
      return asciiOnly(text, (part) => part.toLowerCase());
    case "upper":
      return asciiOnly(text, (part) => part.toUpperCase());
    case "regex_replace":
      // One replacement, `${1}` for a group: as Cloudflare has it.
      return text.replace(compileRegex(args[1] as string), (...match) =>
        (args[2] as string).replace(/\$\{(\d+)\}/g, (_whole, group: string) => groupOf(match, Number(group))),
      );
    case "starts_with":
      return text.startsWith(args[1] as string);
    case "substring":
      return Buffer.from(text)
        .subarray(args[1] as number, args[2] as number | undefined)
        .toString();
    case "to_string":
      return text;
    case "url_decode":
      return decode(text);
    default:
      return undefined;
  }
}

function values(collection: Value): readonly Value[] {
  if (collection instanceof Map) return [...(collection.values() as Iterable<readonly string[]>)].flat();
  return (collection as readonly Value[] | undefined) ?? [];
}

function asciiOnly(text: string, change: (part: string) => string): string {
  return text.replace(/[A-Za-z]+/g, change);
}

function groupOf(match: readonly unknown[], group: number): string {
  const value = match[group];
  return typeof value === "string" ? value : "";
}

/** `%xy` and `+` are decoded; what is no escape stays as it is. */
function decode(text: string): string {
  return text
    .replaceAll("+", " ")
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
      Buffer.from(escapes.replaceAll("%", ""), "hex").toString(),
    );
}
