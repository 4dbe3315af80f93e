import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheDirectory } from "./cache.ts";
import { ensureEngine, NoEngineError, type Ways } from "./engine.ts";
import { testFolder, writeScript } from "./test-folder.ts";
import { Unavailable } from "./unavailable.ts";
import { ENGINE_VERSION } from "./version.ts";

/** A machine where nothing works but what a test says, and what was tried on it. */
function machine(able: Partial<Ways> = {}) {
  const env = { XDG_CACHE_HOME: testFolder() };
  const tried: string[] = [];
  const way =
    <Name extends keyof Ways>(name: Name, otherwise: Ways[Name]) =>
    (...args: Parameters<Ways[Name]>) => {
      tried.push(name);
      return ((able[name] ?? otherwise) as (...args: unknown[]) => unknown)(...args);
    };
  const absent = (reason: string) => () => Promise.reject(new Unavailable(reason));
  const ways = {
    find: way("find", absent("there is none")),
    download: way("download", absent("get.pulumi.com cannot be reached (ENOTFOUND)")),
    build: way("build", absent("go is not on PATH")),
    installHosts: way("installHosts", async () => {}),
  } as Ways;
  const ensure = (progress?: (line: string) => void) => ensureEngine({ env, ways, progress });
  return { cache: cacheDirectory(env), tried, ensure };
}

/** A fill that puts an engine there. */
const put = async (directory: string) => writeScript(join(directory, "pulumi"), `echo v${ENGINE_VERSION}`);

test("an engine on PATH with its host is used as it is", async () => {
  const { ensure, tried, cache } = machine({
    find: async () => ({ pulumi: "/opt/bin/pulumi", version: "3.240.0", hasHost: true }),
  });
  expect(await ensure()).toEqual({
    pulumi: "/opt/bin/pulumi",
    version: "3.240.0",
    source: "path",
    directory: "/opt/bin",
  });
  expect(tried).toEqual(["find"]);
  expect(existsSync(cache)).toBe(false);
});

test("an engine on PATH without its host gets ours, in a folder of the cache", async () => {
  const { ensure, tried, cache } = machine({
    find: async () => ({ pulumi: "/opt/bin/pulumi", version: "3.240.0", hasHost: false }),
  });
  expect(await ensure()).toMatchObject({ pulumi: "/opt/bin/pulumi", directory: join(cache, "hosts") });
  expect(tried).toEqual(["find", "installHosts"]);
});

test("a download comes before a build, brings its own hosts, and is kept", async () => {
  const { ensure, tried, cache } = machine({ download: put, build: put });
  const engine = await ensure();
  expect(engine).toEqual({
    pulumi: join(cache, "pulumi"),
    version: ENGINE_VERSION,
    source: "download",
    directory: cache,
  });
  expect(await ensure()).toEqual(engine);
  expect(tried).toEqual(["find", "download", "find"]);
});

test("a build is the last way and gets our hosts", async () => {
  const { ensure, tried } = machine({ build: put });
  expect(await ensure()).toMatchObject({ source: "built" });
  expect(tried).toEqual(["find", "download", "build", "installHosts"]);
});

test("with no way left, one error names all three, why, and what to do", async () => {
  const { ensure, cache } = machine();
  const error = await ensure().catch((error: Error) => error);
  expect(error).toBeInstanceOf(NoEngineError);
  expect((error as Error).message).toBe(
    [
      "No Pulumi engine (3.230.0 or newer) is to be had. One of these three brings it:",
      "  1. pulumi on PATH: there is none. Install it: https://www.pulumi.com/docs/iac/download-install/",
      "  2. a download: get.pulumi.com cannot be reached (ENOTFOUND). Allow that host, or set HTTPS_PROXY.",
      "  3. a build with Go: go is not on PATH. Install Go: https://go.dev/dl/",
    ].join("\n"),
  );
  expect(readdirSync(cache)).toEqual([]);
});

test.each([
  ["a binary cut short", (cache: string) => writeFileSync(join(cache, "pulumi"), "half")],
  ["a binary grown", (cache: string) => appendFileSync(join(cache, "pulumi"), "more")],
  ["no binary", (cache: string) => rmSync(join(cache, "pulumi"))],
  ["a stamp cut short", (cache: string) => writeFileSync(join(cache, "engine.json"), '{"version"')],
  [
    "another version's stamp",
    (cache: string) =>
      writeFileSync(join(cache, "engine.json"), '{"version":"3.1.0","size":1,"source":"built"}'),
  ],
])("a damaged cache is filled again: %s", async (_, damage) => {
  const { ensure, tried, cache } = machine({ download: put });
  const { pulumi } = await ensure();
  damage(cache);
  await ensure();
  expect(tried.filter((way) => way === "download")).toHaveLength(2);
  expect(readFileSync(pulumi, "utf8")).toContain(`echo v${ENGINE_VERSION}`);
});

test("a fill that breaks off leaves nothing behind; what a killed one left is swept", async () => {
  const half = async (directory: string) => {
    writeFileSync(join(directory, "pulumi"), "half");
    throw new Error("disk full");
  };
  const { ensure, cache } = machine({ download: half });
  await expect(ensure()).rejects.toThrow("disk full");
  expect(readdirSync(cache)).toEqual([]);

  const later = machine({ build: put });
  mkdirSync(join(later.cache, ".partial-killed"), { recursive: true });
  writeFileSync(join(later.cache, ".partial-killed/pulumi"), "half");
  await later.ensure();
  expect(readdirSync(later.cache).sort()).toEqual(["engine.json", "pulumi"]);
});

test("of two starts at once, one builds and the other waits for it", async () => {
  const lines: string[] = [];
  const build: Ways["build"] = async (directory) => {
    await expect.poll(() => lines).toHaveLength(1);
    await put(directory);
  };
  const { ensure, tried, cache } = machine({ build });
  const engines = await Promise.all([ensure((line) => lines.push(line)), ensure((line) => lines.push(line))]);
  expect(engines[0]).toEqual(engines[1]);
  expect(tried.filter((way) => way === "build")).toHaveLength(1);
  expect(lines).toEqual([`waiting for process ${process.pid}, which is getting the engine`]);
  expect(readdirSync(cache).sort()).toEqual(["engine.json", "pulumi"]);
});
