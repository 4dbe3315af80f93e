import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bundleFunction } from "../../infra/backend/bundle.ts";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { projectRoot } from "../root.ts";
import { stackEngine } from "../stack-engine.ts";
import { step } from "../steps.ts";
import { readEvents } from "./refreshed.ts";
import { driftReport, type DriftReport } from "./report.ts";

/**
 * Asks the vendors for every resource of the stack, and writes nothing: neither state nor lock.
 * @throws RefusedError for a stack that there is not; Error where a vendor or the engine refuses
 */
export async function drift(stack: string): Promise<DriftReport> {
  readStackFile(projectRoot, stack);
  const engine = await stackEngine(stack);
  bundleFunctions();
  return step("Reading every resource", async (progress) => {
    const { exitCode, stdout, stderr } = await engine.run(["refresh", "--preview-only", "--json"], {
      // By this the engine prints each resource rather than a summary.
      env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    });
    const { resources, errors } = readEvents(stdout);
    if (exitCode !== 0 || errors.length > 0) {
      throw new Error(`The stack's resources cannot be read:\n${errors.join("\n") || stderr.trim()}`);
    }
    progress(String(resources.length));
    return driftReport(stack, resources);
  });
}

/** The provider of functions wants their files, which a fresh checkout has not got yet. */
function bundleFunctions(): void {
  const folder = join(projectRoot, "functions");
  for (const slug of readdirSync(folder))
    if (existsSync(join(folder, slug, "index.ts"))) bundleFunction({ slug, root: projectRoot });
}
