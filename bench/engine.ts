import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { x } from "tinyexec";
import { ensureEngine, type Engine } from "../engine/engine.ts";
import { ensureDaemon, stopDaemon } from "../local/process.ts";
import { applyLocalStack } from "../ops/local/apply.ts";
import { pulumiEnvironment } from "../ops/pulumi.ts";
import { formatTiming, summarize, timeInTurn, type Timing } from "./statistics.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What was measured, in milliseconds, and how it compares. */
export interface EngineBenchmark {
  readonly preview: { readonly local: Timing; readonly empty: Timing; readonly ratio: number };
  readonly start: { readonly warm: Timing };
  /** Parts of the above, each measured by itself. */
  readonly parts: Readonly<Record<string, Timing>>;
}

/**
 * Measures on a local target of its own, in a temporary folder: a preview without changes of the stack `local` against
 * one of an empty program by the same engine, and `npm start` of a stack that was applied before.
 */
export async function benchmarkEngine(runs: number): Promise<EngineBenchmark> {
  const directory = mkdtempSync(join(tmpdir(), "lavlay-bench-"));
  try {
    const engine = await ensureEngine();
    await ensureDaemon(directory);
    await applyLocalStack(engine, directory);
    const env = await pulumiEnvironment({ stack: "local", engine, localDirectory: directory });
    const empty = await emptyProgram(engine, join(directory, "empty"), env);
    const preview = (cwd: string, stack: string) =>
      run(engine.pulumi, ["preview", "-s", stack, "--non-interactive"], cwd, env);

    const measured = await timeInTurn(runs, {
      local: () => preview(root, "local"),
      empty: () => preview(empty, "empty"),
      "engine: pulumi version": () => run(engine.pulumi, ["version"], root, env),
      "node: load @pulumi/pulumi": () =>
        run(process.execPath, ["-e", "require('@pulumi/pulumi')"], root, env),
      "plan: the program in process": () =>
        run(process.execPath, ["--import", "tsx", "ops/cli.ts", "plan", "--stack", "local"], root, env),
    });
    const { local, empty: emptyTiming, ...parts } = measured;
    const starts: number[] = [];
    for (let run = 0; run < runs; run++) starts.push(await warmStart(directory));
    const warm = summarize(starts);
    return {
      preview: { local, empty: emptyTiming, ratio: local.median / emptyTiming.median },
      start: { warm },
      parts,
    };
  } finally {
    await stopDaemon(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** From nothing running to the addresses, by the very command that people type. Milliseconds. */
async function warmStart(directory: string): Promise<number> {
  await stopDaemon(directory);
  const started = performance.now();
  await run("npm", ["start", "--silent", "--", "--detach", "--json"], root, {
    ...process.env,
    LAVLAY_LOCAL_DIR: directory,
  });
  return performance.now() - started;
}

/** A program that declares nothing, set up as ours is. */
async function emptyProgram(engine: Engine, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: empty\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --require tsx/cjs\n",
  );
  writeFileSync(join(folder, "package.json"), '{ "main": "index.ts" }\n');
  writeFileSync(join(folder, "index.ts"), 'import "@pulumi/pulumi";\n');
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  await run(engine.pulumi, ["stack", "init", "empty", "--non-interactive"], folder, env);
  await run(
    engine.pulumi,
    ["up", "-s", "empty", "--yes", "--skip-preview", "--non-interactive"],
    folder,
    env,
  );
  return folder;
}

async function run(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { exitCode, stdout, stderr } = await x(program, args, { nodeOptions: { cwd, env } });
  if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** The measurement for a terminal. */
export function printEngineBenchmark({ preview, start, parts }: EngineBenchmark): string {
  const width = Math.max(...Object.keys(parts).map((name) => name.length), 32);
  const row = (name: string, timing: Timing) => `  ${name.padEnd(width)}  ${formatTiming(timing)}`;
  return [
    "Preview without changes (aim: at most 1.5 times an empty program)",
    row("stack local", preview.local),
    row("an empty program, same engine", preview.empty),
    `  ${"ratio of medians".padEnd(width)}  ${preview.ratio.toFixed(2)}`,
    "Warm npm start, from nothing running to the addresses (aim: 10 s)",
    row("npm start", start.warm),
    "Where the time goes: parts by themselves",
    ...Object.entries(parts).map(([name, timing]) => row(name, timing)),
  ].join("\n");
}
