import { parseArgs } from "node:util";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { tierNames, type Tier } from "../../infra/settings/schema.ts";
import { mostUsers } from "./next-tier.ts";

/** What `npm run cost` was asked. */
export interface CostArguments {
  readonly stacks: readonly string[];
  /** Every tier where neither a stack nor a tier was named. */
  readonly tiers: readonly Tier[];
  /** Absent to take each tier's own. */
  readonly users?: number;
  readonly json: boolean;
}

/**
 * Reads the command line, in which a stack and a tier may stand more than once.
 * @throws RefusedError with everything that is wrong with it.
 */
export function costArguments(words: readonly string[]): CostArguments {
  const { values, positionals } = parse(words);
  const { stack = [], tier = [], users, json = false } = values;
  const problems = [
    ...positionals.map((word) =>
      wrong(word, "(no option)", "no option stands before it", "Write --stack or --tier before a name."),
    ),
    ...tier
      .filter((name) => !isTier(name))
      .map((name) => wrong("--tier", name, "there is no such tier", `Take one of ${tierNames.join(", ")}.`)),
    ...(users === undefined || isUsers(users)
      ? []
      : [
          wrong(
            "--users",
            users || "(empty)",
            `it must be a whole number from 1 to ${mostUsers}`,
            "Write it in digits, such as 25000.",
          ),
        ]),
  ];
  if (problems.length > 0) throw new RefusedError("cost", problems);
  return {
    stacks: [...new Set(stack)],
    tiers: stack.length + tier.length === 0 ? tierNames : [...new Set(tier.filter(isTier))],
    users: users === undefined ? undefined : Number(users),
    json,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        stack: { type: "string", multiple: true },
        tier: { type: "string", multiple: true },
        users: { type: "string" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [option = "the command line"] = /--?[\w-]+/.exec(message) ?? [];
    const unknown = code === "ERR_PARSE_ARGS_UNKNOWN_OPTION";
    throw new RefusedError("cost", [
      wrong(
        option,
        unknown ? "(unknown)" : "(no fitting value)",
        unknown ? "there is no such option" : "--json takes no value, and every other option takes one",
        "See `npm run cost -- --help`.",
      ),
    ]);
  }
}

function wrong(key: string, value: string, limit: string, fix: string): Problem {
  return { key, value, limit, fix };
}

function isTier(name: string): name is Tier {
  return (tierNames as readonly string[]).includes(name);
}

function isUsers(text: string): boolean {
  return /^[1-9]\d*$/.test(text) && Number(text) <= mostUsers;
}
