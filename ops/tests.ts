import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureEngine } from "../engine/engine.ts";
import { runInForeground } from "./foreground.mjs";
import { step } from "./steps.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Gets the engine, then runs all tests once, or those that `args` (vitest's own) name, and resolves to the exit code.
 * Without an engine the tests that need one are skipped, each with that reason.
 */
export async function runTests(args: readonly string[]): Promise<number> {
  await step("Pulumi engine", (progress) => ensureEngine({ progress })).catch((error: Error) =>
    console.error(error.message),
  );
  const vitest = join(createRequire(import.meta.url).resolve("vitest/package.json"), "../vitest.mjs");
  return runInForeground(process.execPath, [vitest, "run", ...args], { cwd: ROOT });
}
