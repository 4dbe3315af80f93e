import { RefusedError } from "../../catalog/problem.ts";
import type { Generations } from "../../infra/settings/generations.ts";
import { isPasswordUnapplied, rotateDatabase } from "./database.ts";
import { exchange } from "./exchange.ts";
import { functionSecrets } from "./function-secrets.ts";
import { isUnderWay } from "./generations.ts";
import { r2Credentials } from "./r2.ts";
import type { Rotated } from "./result.ts";
import { writeGenerations, type Exchanged } from "./stack-file.ts";
import { rotatedStack, type RotatedStack, type RotatedStackOptions } from "./stack.ts";

/** What can be exchanged. */
export const rotatable = ["r2", "database", "function-secrets"] as const;
export type Rotatable = (typeof rotatable)[number];

export interface RotateOptions extends RotatedStackOptions {
  readonly stack: string;
  readonly what: Rotatable;
  /** Seconds that old and new are both valid, in place of what is safe. */
  readonly overlap?: number;
  /** Is told what will happen; false ends it before anything has. */
  readonly sure: (summary: readonly string[]) => Promise<boolean>;
}

/**
 * Exchanges a credential of a stack for a new one.
 * @returns undefined where nobody was sure
 * @throws RefusedError before anything has happened, EngineFailure or Error where it stopped: the next run goes on
 */
export async function rotate(options: RotateOptions): Promise<Rotated | undefined> {
  const { what, overlap, sure } = options;
  const stack = await rotatedStack(options.stack, options);
  const settings = stack.settings();
  const credential =
    what === "r2"
      ? r2Credentials(stack, settings, overlap)
      : what === "function-secrets"
        ? functionSecrets(stack, settings, overlap)
        : undefined;
  const applied = credential && (await appliedGenerations(stack, credential.name));
  const resumed =
    credential && applied
      ? isUnderWay(settings.rotation[credential.name], applied)
      : await isPasswordUnapplied(stack);
  if (!resumed) await requireApplied(stack);

  const waits = credential
    ? `It takes three updates; old and new are both valid for ${credential.secondsToBeKnown + credential.secondsToBeForgotten} s and what the updates take.`
    : "It takes one update. Whoever connects to the database with the old password is refused from then on.";
  const begin = resumed ? "It was begun already, and goes on where it stopped." : "";
  const target = settings.target === "cloud" ? "in the clouds" : "on this machine";
  const agreed = await sure(
    [`${titles[what]} of stack ${stack.name}, ${target}.`, waits, begin].filter(Boolean),
  );
  if (!agreed) return undefined;
  if (!credential || !applied) return rotateDatabase(stack, resumed);
  const write = (generations: Generations) => writeGenerations(stack.name, credential.name, generations);
  return exchange(stack, credential, applied, write);
}

/** What the last update to its end has applied: it is an output of the stack. */
async function appliedGenerations(stack: RotatedStack, name: Exchanged): Promise<Generations> {
  const rotation = (await stack.outputs())["rotation"] as Partial<Record<Exchanged, Generations>> | undefined;
  return rotation?.[name] ?? { current: 1 };
}

const titles: Readonly<Record<Rotatable, string>> = {
  r2: "New S3 credentials for the functions",
  database: "A new password for the database's role postgres",
  "function-secrets": "New secrets for what the database and Auth call the functions with",
};

/** What else has changed in the program must not be applied along with it, unseen. */
async function requireApplied(stack: RotatedStack): Promise<void> {
  const pending = await stack.pendingChanges();
  if (pending.length === 0) return;
  throw new RefusedError(`Stack ${stack.name}`, [
    {
      key: "the program",
      value: `changes that are not applied: ${pending.slice(0, 5).join(", ")}${pending.length > 5 ? ", …" : ""}`,
      limit: "exchanging a credential would apply them along with it",
      fix: `Apply them first: npm run pulumi -- up -s ${stack.name}`,
    },
  ]);
}
