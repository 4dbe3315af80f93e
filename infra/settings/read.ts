import * as pulumi from "@pulumi/pulumi";
import { settingsOf, type Settings } from "./settings.ts";

/**
 * The settings of the stack that the engine is running, or that `npm run plan` is planning (`LAVLAY_PURPOSE=plan`).
 * @throws RefusedError with every mistake in its configuration.
 */
export function readSettings(): Settings {
  const secretKeys = new Set<string>(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));
  const purpose = runsInEngine() ? "apply" : "plan";
  return settingsOf(
    pulumi.getStack(),
    { values: pulumi.runtime.allConfig(), secretKeys },
    process.env,
    purpose,
  );
}

/** What a stack's configuration holds encrypted. */
export interface Secrets {
  readonly databasePassword: pulumi.Output<string>;
  /** What the functions' secrets are derived from, by generation; absent for the database's password. */
  readonly functionsSeedOdd?: pulumi.Output<string>;
  readonly functionsSeedEven?: pulumi.Output<string>;
  /** Set where e-mails are sent, before an update. */
  readonly emailApiKey?: pulumi.Output<string>;
  /** What the receiver of alerts knows them by; absent where it asks for nothing. */
  readonly webhookSecret?: pulumi.Output<string>;
  /** Set where payments are taken, before an update. */
  readonly paystackSecretKey?: pulumi.Output<string>;
}

/** The secrets of a stack's configuration: outputs, so that no plain value can leak from the program. */
export function readSecrets(): Secrets {
  const config = new pulumi.Config("lavlay");
  return {
    databasePassword: config.requireSecret("databasePassword"),
    functionsSeedOdd: config.getSecret("functionsSeedOdd"),
    functionsSeedEven: config.getSecret("functionsSeedEven"),
    emailApiKey: config.getSecret("emailApiKey"),
    webhookSecret: config.getSecret("webhookSecret"),
    paystackSecretKey: config.getSecret("paystackSecretKey"),
  };
}

/** Whether the engine runs the program, rather than a verb that plans. */
export function runsInEngine(): boolean {
  return process.env["LAVLAY_PURPOSE"] !== "plan";
}
