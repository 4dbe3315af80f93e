import { isRefusal, type Problem } from "../../catalog/problem.ts";
import { examineSettings, type Settings } from "../../infra/settings/settings.ts";
import { encryptedSecret, type StackFile } from "../../infra/settings/stack-file.ts";

/** A stack's configuration as far as it can be read, and all that is wrong with it. */
export interface Readable {
  readonly settings: Settings;
  readonly problems: readonly Problem[];
  /** Keys such as `lavlay:domain` under which nothing stands that could be looked for. */
  readonly missing: ReadonlySet<string>;
}

type Tree = { [key: string]: unknown };

const placeholder = "0".repeat(32);
/** What every stack must say: stands in where one does not, so that the rest can be read. */
const required: Tree = {
  tier: "free",
  domain: "unset.invalid",
  cloudflare: { accountId: placeholder, zoneId: placeholder },
  supabase: { organizationId: "your-organization", region: "eu-west-1" },
  media: { bucket: "unset" },
  databasePassword: encryptedSecret,
};

/**
 * Reads what can be read: what is wrong is told and taken out, and the schema's defaults come in its place. A vendor can
 * then be asked about a stack whose configuration is not finished.
 */
export function readable(stack: string, file: StackFile, environment: NodeJS.ProcessEnv): Readable {
  const config = treeOf(file);
  const problems: Problem[] = [];
  const missing = new Set<string>();
  const secretKeys = new Set(file.secretKeys);
  // Taking out a wrong group may leave another key without its partner, so once more, and at the end without any of it.
  for (let attempt = 1; attempt <= 4; attempt++) {
    try {
      const raw = { values: valuesOf(config), secretKeys };
      const { settings, problems: found } = examineSettings(stack, raw, environment, "apply");
      // What stands in is nobody's mistake, and neither is what another tier would not allow.
      const open = missing.has("lavlay:tier") ? [] : found.filter(({ key }) => !missing.has(key));
      for (const { key } of open) if (isPlaceholder(key)) missing.add(key);
      return { settings, problems: [...problems, ...open], missing };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (attempt === 1) problems.push(...error.problems);
      if (attempt === 3) for (const key of Object.keys(config)) delete config[key];
      for (const { key } of error.problems) remove(config, pathOf(key));
      fill(config, required, [], (key) => missing.add(key));
      secretKeys.add("lavlay:databasePassword");
    }
  }
  throw new Error(`The configuration of stack ${stack} cannot be read.`);
}

function treeOf({ values }: StackFile): Tree {
  const own = Object.entries(values).filter(([key]) => key.startsWith("lavlay:"));
  return Object.fromEntries(own.map(([key, text]) => [key.slice("lavlay:".length), parsed(text)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function valuesOf(config: Tree): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `lavlay:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** `lavlay:rateLimit.routes.0.host` → `["rateLimit", "routes"]`: a list is taken out as a whole. */
function pathOf(key: string): string[] {
  const path = key.replace(/^lavlay:/, "").split(/[.[]/);
  const index = path.findIndex((part) => /^\d+\]?$/.test(part));
  return index < 0 ? path : path.slice(0, index);
}

function remove(tree: Tree, [name = "", ...rest]: string[]): void {
  const value = tree[name];
  if (rest.length > 0 && isTree(value)) remove(value, rest);
  else delete tree[name];
}

function fill(tree: Tree, from: Tree, path: string[], filled: (key: string) => void): void {
  for (const [name, value] of Object.entries(from)) {
    const here = [...path, name];
    if (isTree(value)) fill((tree[name] ??= {}) as Tree, value, here, filled);
    else if (tree[name] === undefined) {
      tree[name] = value;
      filled(`lavlay:${here.join(".")}`);
    }
  }
}

/** Whether that key holds an id of the operator's own. */
function isPlaceholder(key: string): boolean {
  const value = pathOf(key).reduce<unknown>((at, name) => (isTree(at) ? at[name] : undefined), required);
  return value === placeholder || value === "your-organization";
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
