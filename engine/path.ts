import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { Unavailable } from "./unavailable.ts";
import { ENGINE_VERSION, isAtLeast, parseVersion } from "./version.ts";

const VERSION_TIMEOUT_MS = 20_000;

/** An engine that the user installed. */
export interface InstalledEngine {
  /** Absolute path of the binary, links not followed. */
  readonly pulumi: string;
  readonly version: string;
  /** Whether the official Node language host came with it. */
  readonly hasHost: boolean;
}

/**
 * The first `pulumi` on PATH that is new enough.
 * @throws Unavailable when there is none, naming the first that was too old or did not run.
 */
export async function findOnPath(env: NodeJS.ProcessEnv = process.env): Promise<InstalledEngine> {
  let reason: string | undefined;
  for (const pulumi of await executablesOnPath("pulumi", env)) {
    const version = await versionOf(pulumi);
    if (version && isAtLeast(version, ENGINE_VERSION)) {
      return { pulumi, version, hasHost: await hasOfficialHost(pulumi, env) };
    }
    reason ??= version
      ? `${pulumi} is ${version}, older than ${ENGINE_VERSION}`
      : `${pulumi} does not answer "pulumi version"`;
  }
  throw new Unavailable(reason ?? "there is none");
}

/** `v3.230.0` as `3.230.0`; undefined when the binary does not run. */
export async function versionOf(pulumi: string): Promise<string | undefined> {
  try {
    const options = { timeout: VERSION_TIMEOUT_MS, env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" } };
    return parseVersion((await promisify(execFile)(pulumi, ["version"], options)).stdout);
  } catch {
    return undefined;
  }
}

/** All executable files of this name, in the order of PATH. */
export async function executablesOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const folders = (env.PATH ?? "").split(delimiter).filter(isAbsolute);
  const candidates = [...new Set(folders)].map((folder) => join(folder, name));
  const usable = await Promise.all(candidates.map(isExecutable));
  return candidates.filter((_, i) => usable[i]);
}

/** The engine looks for its hosts on PATH and beside its own binary, links followed. */
async function hasOfficialHost(pulumi: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const host = "pulumi-language-nodejs";
  if (await isExecutable(join(dirname(await realpath(pulumi)), host))) return true;
  return (await executablesOnPath(host, env)).length > 0;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
