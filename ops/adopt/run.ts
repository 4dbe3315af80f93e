import { basename } from "node:path";
import pc from "picocolors";
import { parseStackConfig } from "../../infra/settings/parse.ts";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { planStack } from "../plan/plan.ts";
import { writeEdit } from "../promote/write.ts";
import { projectRoot } from "../root.ts";
import { stackEngine } from "../stack-engine.ts";
import { step } from "../steps.ts";
import { planAdoption } from "./adopt.ts";
import { adoptionEdit, releaseEdit, releases } from "./edit.ts";
import { ownedResources } from "./owned.ts";
import { printAdoption, printReleases } from "./print.ts";

export interface AdoptArguments {
  readonly stack: string;
  readonly write: boolean;
  readonly json: boolean;
  readonly project?: string;
  readonly webProject?: string;
}

const wrongUse = 2;

/** `npm run adopt`: tells what exists and what becomes of it; writes the stack's YAML when asked to and nothing is in the way. */
export async function runAdopt({ stack, write, json, ...chosen }: AdoptArguments): Promise<void> {
  const engine = await stackEngine(stack);
  const report = await step("What exists at the vendors", async () => {
    const owned = await ownedResources(engine);
    return planAdoption({ stack, environment: engine.environment, owned, ...chosen });
  });
  const refused = report.refused.length > 0;
  const any = report.takeovers.some(({ adoption }) => adoption !== undefined);
  const written = write && any && !refused;
  const edit = adoptionEdit(projectRoot, stack, report.takeovers);
  if (written) writeEdit(edit);
  if (refused) process.exitCode = wrongUse;
  if (json) return console.log(JSON.stringify({ ...report, written }, undefined, 2));
  console.log(printAdoption(report));
  if (written) {
    console.log(`\n${pc.green(`Written: lavlay:adopt in ${basename(edit.file)}`)}`);
    console.log(`Next: npm run pulumi -- up -s ${stack}, which shows all of it first.`);
    console.log(`Then, to let the declared values come: npm run adopt -- --stack ${stack} --release`);
  } else if (!any) {
    console.log("\nThere is nothing to take over.");
  } else if (!refused) {
    console.log("\nWith --write this goes into the stack's YAML; then `up` takes over.");
  }
}

/** `npm run adopt -- --release`: lets the declared values come, of what was taken over as it was. */
export async function runRelease({ stack, write, json }: AdoptArguments): Promise<void> {
  const { values, secretKeys } = readStackFile(projectRoot, stack);
  const config = parseStackConfig(stack, { values, secretKeys: new Set(secretKeys) });
  const { resources } = await planStack(stack);
  const letGo = releases(config.adopt, resources);
  const edit = releaseEdit(projectRoot, stack, config.adopt, letGo);
  if (write) writeEdit(edit);
  if (json) return console.log(JSON.stringify({ stack, releases: letGo, written: write }, undefined, 2));
  console.log(printReleases(stack, letGo));
  if (write) console.log(`\n${pc.green(`Written: lavlay:adopt in ${basename(edit.file)}`)}`);
}
