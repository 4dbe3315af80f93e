import { rmSync } from "node:fs";
import { confirm, isCancel } from "@clack/prompts";
import { defineCommand } from "citty";
import { RefusedError } from "../../catalog/problem.ts";
import { localDirectory, localPaths } from "../../local/paths.ts";
import { stopDaemon } from "../../local/process.ts";
import { destroyPostgres } from "../../local/services/postgres/postgres.ts";
import { enginesEnded } from "../local/locks.ts";
import { step } from "../steps.ts";
import { yes } from "./arguments.ts";

export default defineCommand({
  meta: { name: "reset", description: "Stop the local target and delete all of its data." },
  args: { yes },
  run: async ({ args }) => {
    const directory = localDirectory();
    if (!args.yes && !(await sure(directory))) return;
    await step("Resetting", async () => {
      await stopDaemon(directory);
      // An engine that was at work fails now, and writes down how far it came: not into the next start's folder.
      await enginesEnded(localPaths(directory).pulumi);
      // A killed daemon may have left its Postgres running on these files.
      await destroyPostgres(localPaths(directory).postgres);
      rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
    });
  },
});

async function sure(directory: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new RefusedError("reset", [
      {
        key: "--yes",
        value: "(missing)",
        limit: "there is no terminal to ask at",
        fix: "Add --yes to delete without being asked.",
      },
    ]);
  }
  const answer = await confirm({
    message: `Delete all data of the local target in ${directory}?`,
    initialValue: false,
  });
  return !isCancel(answer) && answer;
}
