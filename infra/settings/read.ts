import * as pulumi from "@pulumi/pulumi";
import { settingsOf, type Settings } from "./settings.ts";

/**
 * The settings of the stack that the engine is running, or that `npm run plan` is planning (`LAVLAY_PURPOSE=plan`).
 * @throws RefusedError with every mistake in its configuration.
 */
export function readSettings(): Settings {
  const secretKeys = new Set<string>(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));
  const purpose = process.env["LAVLAY_PURPOSE"] === "plan" ? "plan" : "apply";
  return settingsOf(
    pulumi.getStack(),
    { values: pulumi.runtime.allConfig(), secretKeys },
    process.env,
    purpose,
  );
}

/** The secrets of a stack's configuration: outputs, so that no plain value can leak from the program. */
export function readSecrets(): { databasePassword: pulumi.Output<string> } {
  return { databasePassword: new pulumi.Config("lavlay").requireSecret("databasePassword") };
}
