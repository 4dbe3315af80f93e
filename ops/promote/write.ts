import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { RefusedError } from "../../catalog/problem.ts";
import type { Edit } from "./move.ts";

/**
 * Writes the YAML whole or not at all: into a file beside it, which then takes its name.
 * @throws RefusedError where somebody has changed it since it was planned
 */
export function writeEdit({ file, before, after }: Edit): void {
  // What a link names is written, not the link.
  const target = realpathSync(file);
  if (readFileSync(target, "utf8") !== before) {
    throw new RefusedError(file, [
      {
        key: file,
        value: "another text than was planned with",
        limit: "somebody has changed it meanwhile",
        fix: "Run it again.",
      },
    ]);
  }
  const beside = `${target}.${process.pid}.new`;
  try {
    writeFileSync(beside, after, { flag: "wx" });
    chmodSync(beside, statSync(target).mode);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
