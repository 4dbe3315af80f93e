import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../engine/engine.ts";
import { localPaths } from "../../local/paths.ts";
import { x } from "tinyexec";
import { pulumiEnvironment } from "../pulumi.ts";
import { projectRoot } from "../root.ts";
import { step } from "../steps.ts";
import { runningDaemon } from "../../local/process.ts";
import { whenUnlocked } from "./locks.ts";

/**
 * `pulumi up` of the stack `local`, made if it is not there yet; returns its outputs. What a killed update left is taken
 * up again; one that is still at work, such as another start's, is waited for.
 * @param signal ends the waiting
 */
export async function applyLocalStack(
  engine: Engine,
  directory: string,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const env = await pulumiEnvironment({ stack: "local", engine, localDirectory: directory });
  const run = async (args: string[]) => {
    const result = await x(engine.pulumi, [...args, "--non-interactive"], {
      nodeOptions: { env, cwd: projectRoot },
    });
    if (result.exitCode === 0) return result;
    if (!runningDaemon(directory)) throw new Error(daemonEnded);
    throw new Error(failure(args, result.stdout, result.stderr));
  };
  const { pulumi: backend } = localPaths(directory);
  const stack = join(backend, ".pulumi", "stacks", "lavlay", "local.json");
  const alone = <T>(work: () => Promise<T>) =>
    whenUnlocked(backend, work, {
      signal,
      waiting: (pid) => console.error(waitingFor(pid)),
      released: () => console.error("The last update was killed; it is taken up again."),
    });
  if (!existsSync(stack)) {
    await step("Stack local", () =>
      alone(async () => {
        if (existsSync(stack)) return; // Another start has made it meanwhile.
        await run(["stack", "init", "local"]).catch((error: unknown) => {
          if (!existsSync(stack)) throw error;
        });
      }),
    );
  }
  await step("pulumi up", async (progress) => {
    const up = [
      "up",
      "--stack",
      "local",
      "--yes",
      "--skip-preview",
      "--suppress-outputs",
      "--color",
      "never",
    ];
    const { stdout } = await alone(() => run(up));
    progress(summary(stdout));
  });
  const { stdout } = await run(["stack", "output", "--stack", "local", "--json"]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const daemonEnded =
  "The local target ended while the stack was being applied: stopped, reset or killed. `npm start` takes the work up again.";

const waitingFor = (pid: number) =>
  `Another update of the stack is under way (process ${pid}); waiting for it.`;

/** What the engine said, without the parts that only repeat what was asked. */
function failure(args: readonly string[], stdout: string, stderr: string): string {
  return `pulumi ${args[0]} failed:\n${[stdout, stderr]
    .map((text) => text.trim())
    .filter(Boolean)
    .join("\n")}`;
}

/** `30 created`, `2 updated, 28 unchanged`: the counts under "Resources:". */
function summary(output: string): string {
  const counts = output.split(/^Resources:$/m)[1]?.split("\n\n")[0] ?? "";
  return counts
    .split("\n")
    .map((line) => line.trim().replace(/^[^\d]*/, ""))
    .filter((line) => /^\d/.test(line))
    .join(", ");
}
