import { scryptSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { seedKey, validGenerations } from "../settings/generations.ts";
import type { Secrets } from "../settings/read.ts";
import type { Settings } from "../settings/settings.ts";

/** Of one secret. */
export interface Seeds {
  /** What it is derived from. */
  readonly current: pulumi.Output<string>;
  /** What those are derived from that are valid now: more than one while it is exchanged. */
  readonly valid: readonly pulumi.Output<string>[];
}

/** The seeds of the secrets that the functions share with the database and with Auth. */
export function functionsSeeds(settings: Settings, secrets: Secrets): Seeds {
  const of = (generation: number) => secrets[seedKey(generation)] ?? secrets.databasePassword;
  const { functionSecrets } = settings.rotation;
  return { current: of(functionSecrets.current), valid: validGenerations(functionSecrets).map(of) };
}

/** What whoever calls the functions has to know, and all that they accept. */
export interface SharedSecret {
  readonly current: pulumi.Output<string>;
  /** Joined by `|`. */
  readonly accepted: pulumi.Output<string>;
}

/** @param form of the secret's text, such as a prefix */
export function sharedSecret(
  { current, valid }: Seeds,
  purpose: string,
  form: (text: string) => string = (text) => text,
): SharedSecret {
  const of = (seed: pulumi.Output<string>) => derivedSecret(seed, purpose).apply(form);
  return { current: of(current), accepted: pulumi.all(valid.map(of)).apply((all) => all.join("|")) };
}

/**
 * A secret that two parts of a stack share and no person needs to know: the same at every update, another after the
 * seed has changed, and slow to guess the seed from.
 * @param purpose one secret each
 */
export function derivedSecret(seed: pulumi.Output<string>, purpose: string): pulumi.Output<string> {
  return pulumi.secret(seed.apply((text) => scryptSync(text, `lavlay ${purpose}`, 32).toString("base64")));
}

/** The same of a seed in the clear, for `npm run rotate`. */
export function derive(seed: string, purpose: string): string {
  return scryptSync(seed, `lavlay ${purpose}`, 32).toString("base64");
}
