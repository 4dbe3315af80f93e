import * as pulumi from "@pulumi/pulumi";
import { RefusedError } from "../catalog/problem.ts";
import { dataLoss, deployedResources } from "./data-loss.ts";
import { declare } from "./program.ts";
import { readSecrets, readSettings } from "./settings/read.ts";

/** The Pulumi program: reads the stack's settings, refuses what would lose data, declares everything. */
export = async (): Promise<Record<string, unknown>> => {
  try {
    const settings = readSettings();
    const losses = settings.protect ? dataLoss(settings, await deployedResources()) : [];
    if (losses.length > 0) throw new RefusedError(`Stack ${settings.stack}`, losses);
    return declare(settings, readSecrets());
  } catch (error) {
    // A RunError is shown by its message alone: a stack trace would not help whoever mistyped a key.
    if (error instanceof RefusedError) throw new pulumi.RunError(error.message);
    throw error;
  }
};
