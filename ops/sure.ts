import { confirm, isCancel } from "@clack/prompts";
import { RefusedError } from "../catalog/problem.ts";

/**
 * Tells what will happen and asks whether it shall.
 * @param yes said already, by `--yes`
 * @throws RefusedError where it was not and there is no terminal to ask at
 */
export async function sure(verb: string, summary: readonly string[], yes: boolean): Promise<boolean> {
  for (const line of summary) console.error(line);
  if (yes) return true;
  if (!process.stdin.isTTY) {
    throw new RefusedError(verb, [
      {
        key: "--yes",
        value: "(missing)",
        limit: "there is no terminal to ask at",
        fix: "Add --yes to begin without being asked.",
      },
    ]);
  }
  const answer = await confirm({ message: "Begin?", initialValue: false });
  return !isCancel(answer) && answer;
}
