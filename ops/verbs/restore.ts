import { defineCommand } from "citty";
import pc from "picocolors";
import { localDirectory, localPaths } from "../../local/paths.ts";
import { enginesEnded } from "../local/locks.ts";
import { LOCAL_STACK } from "../pulumi.ts";
import type { Restored } from "../restore/restore.ts";
import { restore } from "../restore/restore.ts";
import { sure } from "../sure.ts";
import { json, stack, yes } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "restore",
    description:
      "Take a stack's database back to a moment, then apply again what of the program's SQL it lacks. Without --to: tell what can be gone back to.",
  },
  args: {
    stack,
    to: {
      type: "string",
      description: "the moment, such as 2026-01-31T09:30:00Z; what was written since is lost",
      valueHint: "TIME",
    },
    reapply: {
      type: "boolean",
      description: "the database was restored by the dashboard: only apply what it lacks",
    },
    yes,
    json: json(),
  },
  run: async ({ args: { stack, to, reapply, yes, json } }) => {
    const restored = await restore({
      stack,
      ...(to !== undefined && { to }),
      ...(reapply && { reapply }),
      sure: (summary) => sure("restore", summary, yes ?? false),
      ...(stack === LOCAL_STACK && { beforeUpdate: () => enginesEnded(localPaths(localDirectory()).pulumi) }),
    });
    if (!restored) return;
    console.log(json ? JSON.stringify({ stack, ...restored }, undefined, 2) : print(stack, restored));
  },
});

function print(stack: string, { project, backups, restoredTo, reapplied }: Restored): string {
  if (reapplied) {
    const where = restoredTo ? ` is that of ${restoredTo.toISOString()}, and` : "";
    return pc.green(
      `The database${where} has the program's SQL. Look at it: npm run check -- --stack ${stack}`,
    );
  }
  const { window, daily } = backups;
  const lines = window
    ? [
        `Any second from ${window.from.toISOString()} to ${window.to.toISOString()}:`,
        `  npm run restore -- --stack ${stack} --to ${window.to.toISOString()}`,
      ]
    : ["No point-in-time recovery: see lavlay:supabase.pointInTimeRecoveryDays."];
  if (daily.length > 0)
    lines.push(
      "Daily backups, for the dashboard alone to restore:",
      ...daily.map((each) => `  ${each.toISOString()}`),
    );
  return [`Project ${project}`, ...lines].join("\n");
}
