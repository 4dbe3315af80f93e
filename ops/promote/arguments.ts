import { parseArgs } from "node:util";
import { isRefusal, RefusedError, type Problem } from "../../catalog/problem.ts";
import { secretKeys, tierNames, type Tier } from "../../infra/settings/schema.ts";
import { keyPath } from "../stack-yaml/key-path.ts";
import type { ConfigValue } from "../stack-yaml/render.ts";

export type Verb = "promote" | "demote";

/** A key that is to be set along with the tier. */
export interface Setting {
  /** Such as `lavlay:supabase.plan`. */
  readonly key: string;
  readonly path: readonly string[];
  /** Absent to take the key out, so that the tier's default holds. */
  readonly value?: ConfigValue;
}

/** Losses that are only taken when whoever asks says so. */
export const acceptable = ["recovery-points"] as const;
export type Acceptable = (typeof acceptable)[number];

/** What `npm run promote` or `npm run demote` was asked. */
export interface MoveArguments {
  readonly stack: string;
  readonly to: Tier;
  readonly set: readonly Setting[];
  readonly accept: readonly Acceptable[];
  readonly write: boolean;
  readonly json: boolean;
  /** Every property of every change. */
  readonly verbose: boolean;
}

/**
 * Reads the command line, in which `--set` and `--accept` may stand more than once.
 * @throws RefusedError with everything that is wrong with it.
 */
export function moveArguments(verb: Verb, words: readonly string[]): MoveArguments {
  const { stack = "", to = "", set = [], accept = [], ...flags } = parse(verb, words);
  const problems: Problem[] = [];
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  if (stack === "") {
    problems.push(wrong("--stack", "(missing)", "a stack has to be named", "Add --stack NAME."));
  }
  if (!isOneOf(tierNames, to)) {
    problems.push(
      wrong("--to", to || "(missing)", "there is no such tier", `Take one of ${tierNames.join(", ")}.`),
    );
  }
  const settings = set.flatMap((text) => collect(() => settingOf(text)) ?? []);
  for (const name of accept.filter((name) => !isOneOf(acceptable, name))) {
    problems.push(
      wrong("--accept", name, "there is no such loss to accept", `Known is ${acceptable.join(", ")}.`),
    );
  }
  if (problems.length > 0) throw new RefusedError(verb, problems);
  const { write = false, json = false, verbose = false } = flags;
  return { stack, to: to as Tier, set: settings, accept: accept as Acceptable[], write, json, verbose };
}

function parse(verb: Verb, words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        stack: { type: "string", short: "s" },
        to: { type: "string" },
        set: { type: "string", multiple: true },
        accept: { type: "string", multiple: true },
        write: { type: "boolean" },
        json: { type: "boolean" },
        verbose: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    // Node's message names the word; what it advises after that is for programs with positional arguments.
    const [said = ""] = (error as Error).message.split(". ");
    const [word = "(a word)"] = /(?<=')[^']+(?=')/.exec(said) ?? [];
    throw new RefusedError(verb, [
      wrong("the command line", word, said, `See \`npm run ${verb} -- --help\`.`),
    ]);
  }
}

function settingOf(text: string): Setting {
  const at = text.indexOf("=");
  const key = at < 0 ? text : text.slice(0, at);
  const path = keyPath(key);
  const refuse = (limit: string, fix: string) => new RefusedError("--set", [wrong("--set", key, limit, fix)]);
  if (at < 0)
    throw refuse("no value is given", `Write --set '${key}=VALUE', or --set ${key}= to take it out.`);
  if (key === "lavlay:tier") throw refuse("the tier is what --to names", "Leave it out.");
  if (secretKeys.has(key.slice("lavlay:".length))) {
    throw refuse("a secret must not stand on a command line", `Use \`pulumi config set --secret ${key}\`.`);
  }
  const value = text.slice(at + 1);
  return { key, path, ...(value !== "" && { value: valueOf(value) }) };
}

/** JSON where it is some, else text: `pro`, `50`, `["ops@lavlay.com"]`. A number that JSON would round is an id. */
function valueOf(text: string): ConfigValue {
  try {
    const value = JSON.parse(text) as ConfigValue | null;
    return value === null || (typeof value === "number" && String(value) !== text) ? text : value;
  } catch {
    return text;
  }
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}

function wrong(key: string, value: string, limit: string, fix: string): Problem {
  return { key, value, limit, fix };
}
