import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildEngine } from "./build.ts";
import { cacheDirectory, fillCache, readCache, sweepCache, type CachedSource } from "./cache.ts";
import { downloadEngine } from "./download.ts";
import { installHosts } from "./hosts.ts";
import { withLock } from "./lock.ts";
import { findOnPath, type InstalledEngine } from "./path.ts";
import { Unavailable } from "./unavailable.ts";
import { ENGINE_VERSION } from "./version.ts";

/** A Pulumi engine that can run this package's program. */
export interface Engine {
  /** Absolute path of the `pulumi` binary. */
  readonly pulumi: string;
  /** `major.minor.patch` */
  readonly version: string;
  /** Where it came from, on this start or, for the cache, on a former one. */
  readonly source: "path" | CachedSource;
  /** The folder to put first on PATH: there the engine finds its Node language host. */
  readonly directory: string;
}

/** The three ways to an engine. Each throws `Unavailable` where it does not work; tests give their own. */
export interface Ways {
  find(env: NodeJS.ProcessEnv): Promise<InstalledEngine>;
  /** Puts `pulumi` and its hosts into `directory`. */
  download(directory: string, progress: (line: string) => void): Promise<void>;
  /** Puts `pulumi` into `directory`. */
  build(directory: string, progress: (line: string) => void, env: NodeJS.ProcessEnv): Promise<void>;
  installHosts(directory: string): Promise<void>;
}

export interface EnsureEngineOptions {
  /** Is told what is being done, in a few words, often: `compiling Go packages: 812`. */
  progress?: ((line: string) => void) | undefined;
  /** Default: this process's environment. */
  env?: NodeJS.ProcessEnv;
  ways?: Ways;
}

const WAYS: Ways = { find: findOnPath, download: downloadEngine, build: buildEngine, installHosts };

/** No way worked. The message names all three, why each failed, and what to do. */
export class NoEngineError extends Error {
  override name = "NoEngineError";
  constructor(reasons: { path: string; download: string; build: string }) {
    super(
      [
        `No Pulumi engine (${ENGINE_VERSION} or newer) is to be had. One of these three brings it:`,
        `  1. pulumi on PATH: ${reasons.path}. Install it: https://www.pulumi.com/docs/iac/download-install/`,
        `  2. a download: ${reasons.download}. Allow that host, or set HTTPS_PROXY.`,
        `  3. a build with Go: ${reasons.build}. Install Go: https://go.dev/dl/`,
      ].join("\n"),
    );
  }
}

/**
 * The engine: `pulumi` on PATH if new enough, else the cached one of a former start, else the official release where its
 * host is reachable, else a build from pinned Go modules.
 * @throws NoEngineError
 */
export async function ensureEngine(options: EnsureEngineOptions = {}): Promise<Engine> {
  const { progress = () => {}, env = process.env, ways = WAYS } = options;
  const cache = cacheDirectory(env);

  const installed = await attempt(() => ways.find(env));
  if (!(installed instanceof Unavailable)) return useInstalled(installed, cache, ways);

  const former = readCache(cache);
  if (former) return useCached(cache, former, ways);

  await mkdir(cache, { recursive: true });
  const wait = (pid: number) => progress(`waiting for process ${pid}, which is getting the engine`);
  const source = await withLock(
    join(cache, "lock"),
    async () => readCache(cache) ?? (await obtain(cache, installed.message, ways, env, progress)),
    wait,
  );
  return useCached(cache, source, ways);
}

async function obtain(
  cache: string,
  path: string,
  ways: Ways,
  env: NodeJS.ProcessEnv,
  progress: (line: string) => void,
): Promise<CachedSource> {
  await sweepCache(cache);
  const download = await attempt(() =>
    fillCache(cache, "download", (directory) => ways.download(directory, progress)),
  );
  if (!(download instanceof Unavailable)) return "download";
  const build = await attempt(() =>
    fillCache(cache, "built", (directory) => ways.build(directory, progress, env)),
  );
  if (!(build instanceof Unavailable)) return "built";
  throw new NoEngineError({ path, download: download.message, build: build.message });
}

async function useInstalled(installed: InstalledEngine, cache: string, ways: Ways): Promise<Engine> {
  const { pulumi, version, hasHost } = installed;
  if (hasHost) return { pulumi, version, source: "path", directory: dirname(pulumi) };
  // Not beside the user's own binary: the engine finds them on PATH too, with a warning.
  const directory = join(cache, "hosts");
  await mkdir(directory, { recursive: true });
  await ways.installHosts(directory);
  return { pulumi, version, source: "path", directory };
}

async function useCached(cache: string, source: CachedSource, ways: Ways): Promise<Engine> {
  // The official release brings its own hosts.
  if (source === "built") await ways.installHosts(cache);
  return { pulumi: join(cache, "pulumi"), version: ENGINE_VERSION, source, directory: cache };
}

async function attempt<T>(way: () => Promise<T>): Promise<T | Unavailable> {
  try {
    return await way();
  } catch (error) {
    if (error instanceof Unavailable) return error;
    throw error;
  }
}
