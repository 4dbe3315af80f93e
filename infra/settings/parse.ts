import type { z } from "zod";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { closest } from "../../catalog/closest.ts";
import { secretKeys, stackSchema, type StackConfig } from "./schema.ts";

/** A stack's configuration as the engine hands it over: `lavlay:tier` → `free`, objects as JSON. */
export interface RawConfig {
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose values are encrypted in the YAML. */
  readonly secretKeys: ReadonlySet<string>;
}

const namespace = "lavlay:";

/**
 * Reads the keys under `lavlay:`; what belongs to others (`cloudflare:baseUrl`) is theirs to check.
 * @throws RefusedError listing every mistake with key, value, limit and fix.
 */
export function parseStackConfig(stack: string, raw: RawConfig): StackConfig {
  const input: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw.values)) {
    if (key.startsWith(namespace)) {
      const name = key.slice(namespace.length);
      input[name] = secretKeys.has(name) ? value : parseValue(value);
    }
  }
  const parsed = stackSchema.safeParse(input, { reportInput: true });
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => problemsOf(issue, stack)),
    ...plainSecrets(input, raw, stack),
  ];
  if (!parsed.success || problems.length > 0) throw new RefusedError(`Stack ${stack}`, problems);
  return parsed.data;
}

/** The engine gives every value as text: objects, numbers and booleans as JSON. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function plainSecrets(input: Record<string, unknown>, raw: RawConfig, stack: string): Problem[] {
  return [...secretKeys]
    .filter((name) => name in input && !raw.secretKeys.has(namespace + name))
    .map((name) => ({
      key: namespace + name,
      value: "[secret]",
      limit: "it stands in the YAML in plain text",
      fix: `Take a new one and store it with \`pulumi config set --secret ${namespace}${name} -s ${stack}\`: the old one has been seen.`,
    }));
}

function problemsOf(issue: z.core.$ZodIssue, stack: string): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...issue.path, key].map(String), stack));
  }
  const path = issue.path.map(String);
  const [name = ""] = path;
  const missing = issue.input === undefined;
  const described = describe(path);
  return [
    {
      key: namespace + path.join("."),
      value: missing ? "(missing)" : secretKeys.has(name) ? "[secret]" : JSON.stringify(issue.input),
      limit: missing ? `it is required: ${described}` : limitOf(issue),
      fix: `Set it with \`${setCommand(path, stack)}\`${missing ? "." : `: ${described}.`}`,
    },
  ];
}

function limitOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `it must be one of ${issue.values.join(", ")}`;
    case "invalid_type":
      return `it must be ${issue.expected === "object" ? "a group of keys" : `a ${issue.expected}`}`;
    case "too_small":
      return issue.message.startsWith("at least")
        ? `it needs ${issue.message}`
        : `the least is ${issue.minimum}`;
    case "too_big":
      return `the most is ${issue.maximum}`;
    default:
      return `it must be ${issue.message}`;
  }
}

function unknownKey(path: string[], stack: string): Problem {
  const known = Object.keys(shapeAt(path.slice(0, -1)) ?? {});
  const near = closest(path.at(-1) ?? "", known);
  return {
    key: namespace + path.join("."),
    value: "(unknown key)",
    limit: `known here are ${known.join(", ")}`,
    fix: near
      ? `Did you mean ${namespace}${[...path.slice(0, -1), near].join(".")}?`
      : `Remove it with \`pulumi config rm ${path.length > 1 ? "--path " : ""}'${namespace}${path.join(".")}' -s ${stack}\`.`,
  };
}

function setCommand(path: string[], stack: string): string {
  const secret = secretKeys.has(path[0] ?? "") ? "--secret " : "";
  const nested = path.length > 1 ? "--path " : "";
  const value = secret ? "" : " VALUE";
  return `pulumi config set ${secret}${nested}'${namespace}${path.join(".")}'${value} -s ${stack}`;
}

/** What the schema says of a key, for people. */
function describe(path: readonly string[]): string {
  const parent = shapeAt(path.slice(0, -1));
  return parent?.[path.at(-1) ?? ""]?.description ?? stackSchema.description ?? "";
}

type Shape = Record<string, z.ZodType>;

function shapeAt(path: readonly string[]): Shape | undefined {
  let shape: Shape | undefined = stackSchema.shape;
  for (const key of path) {
    shape = shape?.[key] && shapeOf(shape[key]);
  }
  return shape;
}

/** The keys of an object schema, looking through defaults and optionals. */
function shapeOf(schema: z.ZodType): Shape | undefined {
  const definition = schema as { shape?: Shape; unwrap?: () => z.ZodType };
  return definition.shape ?? (definition.unwrap ? shapeOf(definition.unwrap()) : undefined);
}
