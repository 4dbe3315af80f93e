import * as pulumi from "@pulumi/pulumi";
import { RefusedError, type Problem } from "../catalog/problem.ts";
import { adopt } from "./adoption/adopt.ts";
import { leftInDatabase } from "./data-loss/database.ts";
import { dataLoss, deployedResources } from "./data-loss/index.ts";
import { declare } from "./program.ts";
import type { Settings } from "./settings/settings.ts";
import { readSecrets, readSettings, runsInEngine } from "./settings/read.ts";

/** The Pulumi program: reads the stack's settings, refuses what would lose data, declares everything. */
export = async (): Promise<Record<string, unknown>> => {
  try {
    const settings = readSettings();
    const losses = settings.protect ? await lossesOf(settings) : [];
    if (losses.length > 0) throw new RefusedError(`Stack ${settings.stack}`, losses);
    await adopt(settings.adopt);
    return declare(settings, readSecrets());
  } catch (error) {
    throw error instanceof RefusedError && runsInEngine() ? withoutStack(error) : error;
  }
};

async function lossesOf(settings: Settings): Promise<Problem[]> {
  const deployed = await deployedResources();
  return [...dataLoss(settings, deployed), ...(await leftInDatabase(settings, deployed))];
}

/**
 * A RunError is shown by its message alone: a stack trace would not help whoever mistyped a key. The SDK formats one all
 * the same for its telemetry, which takes some 15 s where sources are compiled in memory; so there is none.
 */
function withoutStack({ message }: RefusedError): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = undefined;
  return error;
}
