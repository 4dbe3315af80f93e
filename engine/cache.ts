import { readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ENGINE_VERSION } from "./version.ts";

/** How an engine came into the cache. */
export type CachedSource = "download" | "built";

interface Stamp {
  version: string;
  source: CachedSource;
  /** Bytes of the `pulumi` binary: tells a whole one from one that was cut short. */
  size: number;
}

const STAMP = "engine.json";
const PARTIAL = ".partial-";

/** The folder shared by all checkouts of one user that holds the engine of this version. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const root = env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache");
  return join(root, "lavlay", "engine", `v${ENGINE_VERSION}`);
}

/** The engine that a former start left in the cache, or undefined if there is none or it is damaged. */
export function readCache(directory: string): CachedSource | undefined {
  try {
    const stamp = JSON.parse(readFileSync(join(directory, STAMP), "utf8")) as Stamp;
    const file = statSync(join(directory, "pulumi"));
    const whole = stamp.version === ENGINE_VERSION && file.size === stamp.size && (file.mode & 0o100) !== 0;
    return whole ? stamp.source : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Lets `fill` put files into a temporary folder, then moves them into the cache, the stamp last:
 * a `fill` that fails or is killed leaves nothing that a later start would take for an engine.
 */
export async function fillCache(
  directory: string,
  source: CachedSource,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = await mkdtemp(join(directory, PARTIAL));
  try {
    await fill(temporary);
    const { size } = statSync(join(temporary, "pulumi"));
    const stamp: Stamp = { version: ENGINE_VERSION, source, size };
    writeFileSync(join(temporary, STAMP), JSON.stringify(stamp));
    await rm(join(directory, STAMP), { force: true });
    const names = (await readdir(temporary)).filter((name) => name !== STAMP);
    for (const name of [...names, STAMP]) await rename(join(temporary, name), join(directory, name));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Removes what interrupted fills left. Call it only while holding the cache's lock. */
export async function sweepCache(directory: string): Promise<void> {
  const names = await readdir(directory);
  const partial = names.filter((name) => name.startsWith(PARTIAL));
  await Promise.all(partial.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}
