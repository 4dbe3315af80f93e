import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Generations } from "../../infra/settings/generations.ts";
import { writeEdit } from "../promote/write.ts";
import { projectRoot } from "../root.ts";
import { setConfig } from "../stack-yaml/set-config.ts";
import type { ConfigValue } from "../stack-yaml/render.ts";

/** What is exchanged over three updates, by its name in `lavlay:rotation`. */
export type Exchanged = "r2" | "functionSecrets";

/** Writes how far an exchange is into the stack's YAML, and nothing else in it. @throws RefusedError where that is not sure */
export function writeGenerations(stack: string, name: Exchanged, generations: Generations): void {
  const file = join(projectRoot, `Pulumi.${stack}.yaml`);
  const before = readFileSync(file, "utf8");
  writeEdit({ file, before, after: withGenerations(before, name, generations) });
}

/** The same, of the file's text. */
export function withGenerations(text: string, name: Exchanged, generations: Generations): string {
  const keys = ["current", "next", "previous"] as const;
  return keys.reduce(
    (edited, key) =>
      setConfig(edited, ["lavlay:rotation", name, key], generations[key] as ConfigValue | undefined),
    text,
  );
}
