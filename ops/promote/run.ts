import { basename } from "node:path";
import pc from "picocolors";
import { moveArguments, type Verb } from "./arguments.ts";
import type { DatabaseAccess } from "./database-access.ts";
import { planMove } from "./move.ts";
import { printMove } from "./print.ts";
import { writeEdit } from "./write.ts";

export interface RunMoveOptions {
  /** How the database of a stack on this machine is reached, and of one in the clouds. */
  readonly database: (stack: string) => Promise<DatabaseAccess>;
  /** Where the stack's YAML stands; default: this project. */
  readonly folder?: string;
}

const wrongUse = 2;

/** `npm run promote` and `npm run demote`: tells everything, and writes only when asked to and when nothing is refused. */
export async function runMove(verb: Verb, words: readonly string[], options: RunMoveOptions): Promise<void> {
  const args = moveArguments(verb, words);
  const { stack, json, write } = args;
  const { move, edit } = await planMove({
    verb,
    ...args,
    ...options,
    database: () => options.database(stack),
  });
  const refused = move.refused.length > 0;
  const written = write && !refused;
  if (written) writeEdit(edit);
  if (refused) process.exitCode = wrongUse;
  if (json) return console.log(JSON.stringify({ ...move, written }, undefined, 2));
  console.log(printMove(move, args));
  if (written) console.log(`\n${pc.green(`Written: the lines above in ${basename(edit.file)}`)}`);
}
