import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { RefusedError } from "../../catalog/problem.ts";

/** A stack's YAML as the engine would hand it to the program, without decrypting anything. */
export interface StackFile {
  /** `lavlay:tier` → `free`; objects as JSON. A secret stands as a text of its own, never decrypted. */
  readonly values: Record<string, string>;
  readonly secretKeys: string[];
}

/** Stands for a secret that is there but not decrypted. */
export const encryptedSecret = "[encrypted in the stack's YAML]";

/** The stacks that have a YAML beside `Pulumi.yaml`. */
export function stackNames(root: string): string[] {
  return readdirSync(root)
    .map((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/**
 * Reads `Pulumi.<stack>.yaml`.
 * @throws RefusedError when there is none, naming those that there are.
 */
export function readStackFile(root: string, stack: string): StackFile {
  const known = stackNames(root);
  if (!known.includes(stack)) {
    throw new RefusedError(`Stack ${stack}`, [
      {
        key: "--stack",
        value: stack,
        limit: `there is no Pulumi.${stack}.yaml`,
        fix: `Known stacks are ${known.join(", ")}.`,
      },
    ]);
  }
  return parseStackFile(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8"));
}

/** The part under `config:` of such a file's text. */
export function parseStackFile(text: string): StackFile {
  const file = parse(text) as { config?: Record<string, unknown> } | null;
  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const [key, value] of Object.entries(file?.config ?? {})) {
    if (isSecret(value)) {
      values[key] = encryptedSecret;
      secretKeys.push(key);
    } else {
      values[key] = typeof value === "string" ? value : JSON.stringify(value);
    }
  }
  return { values, secretKeys };
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}
