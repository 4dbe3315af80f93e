import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Puts the engine's backup in place of a checkpoint that a killed engine left empty or half written: it writes the file
 * in place, after copying it aside. What the backup misses, the providers find again. True if it was needed.
 */
export function restoreCheckpoint(backend: string, project = "lavlay", stack = "local"): boolean {
  const file = join(backend, ".pulumi", "stacks", project, `${stack}.json`);
  if (isWhole(file) || !isWhole(`${file}.bak`)) return false;
  copyFileSync(`${file}.bak`, file);
  return true;
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false; // Not there, or cut off.
  }
}
