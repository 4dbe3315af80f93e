import { defineCommand, runCommand, showUsage } from "citty";
import { isRefusal } from "../catalog/problem.ts";

/** Every verb, loaded when it is used: the program behind `npm run <verb>`. */
const main = defineCommand({
  meta: { name: "lavlay", description: "LavLay's stack: the verbs beside `pulumi up`." },
  subCommands: {
    start: () => import("./verbs/start.ts").then((verb) => verb.default),
    stop: () => import("./verbs/stop.ts").then((verb) => verb.default),
    reset: () => import("./verbs/reset.ts").then((verb) => verb.default),
    demo: () => import("./verbs/demo.ts").then((verb) => verb.default),
    pulumi: () => import("./verbs/pulumi.ts").then((verb) => verb.default),
    test: () => import("./verbs/test.ts").then((verb) => verb.default),
    bench: () => import("./verbs/bench.ts").then((verb) => verb.default),
    plan: () => import("./verbs/plan.ts").then((verb) => verb.default),
    matrix: () => import("./verbs/matrix.ts").then((verb) => verb.default),
    review: () => import("./verbs/review.ts").then((verb) => verb.default),
    promote: () => import("./verbs/promote.ts").then((verb) => verb.default),
    demote: () => import("./verbs/demote.ts").then((verb) => verb.default),
    cost: () => import("./verbs/cost.ts").then((verb) => verb.default),
    adopt: () => import("./verbs/adopt.ts").then((verb) => verb.default),
    check: () => import("./verbs/check.ts").then((verb) => verb.default),
    doctor: () => import("./verbs/doctor.ts").then((verb) => verb.default),
    drift: () => import("./verbs/drift.ts").then((verb) => verb.default),
    rotate: () => import("./verbs/rotate.ts").then((verb) => verb.default),
    restore: () => import("./verbs/restore.ts").then((verb) => verb.default),
  },
});

const wrongUse = 2;

async function run(args: string[]): Promise<void> {
  try {
    const verb = args.find((argument) => !argument.startsWith("-"));
    const asksHelp = args.includes("--help") || args.includes("-h");
    // The Pulumi CLI has help of its own.
    if (!verb || (asksHelp && verb !== "pulumi")) return await help(verb);
    await runCommand(main, { rawArgs: args });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    console.error(error instanceof Error ? error.message : String(error));
  }
}

async function help(verb: string | undefined): Promise<void> {
  const commands = main.subCommands as Record<string, () => Promise<Parameters<typeof showUsage>[0]>>;
  const command = verb ? await commands[verb]?.() : undefined;
  await (command ? showUsage(command, main) : showUsage(main));
}

/** 2 for wrong use or configuration, 1 for a failure. */
function exitCodeOf(error: unknown): number {
  const usage = error instanceof Error && error.name === "CLIError";
  return usage || isRefusal(error) ? wrongUse : 1;
}

await run(process.argv.slice(2));
