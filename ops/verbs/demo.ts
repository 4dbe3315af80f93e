import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCommand } from "citty";
import { ensureEngine } from "../../engine/engine.ts";
import { runDemo } from "../../local/demo/demo.ts";
import { ensureDaemon, stopDaemon } from "../../local/process.ts";
import { applyLocalStack } from "../local/apply.ts";
import { step } from "../steps.ts";
import { table } from "../table.ts";
import { json } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "demo",
    description: "Apply the stack in a temporary folder, use it as two people would, and say what was seen.",
  },
  args: { json: json("every step with its result and milliseconds") },
  run: async ({ args }) => {
    const directory = mkdtempSync(join(tmpdir(), "lavlay-demo-"));
    try {
      const engine = await step("Pulumi engine", (progress) => ensureEngine({ progress }));
      await step("Local target", () => ensureDaemon(directory));
      const outputs = await applyLocalStack(engine, directory);
      const results = await step("Journey", () => runDemo(directory, outputs));
      console.log(
        args.json
          ? JSON.stringify(results, undefined, 2)
          : table(
              ["step", "", "result", "ms"],
              results.map(({ step, ok, result, ms }) => [step, ok ? "ok" : "FAILED", result, ms.toFixed(1)]),
            ),
      );
      if (results.some(({ ok }) => !ok)) process.exitCode = 1;
    } finally {
      await stopDaemon(directory);
      rmSync(directory, { recursive: true, force: true });
    }
  },
});
