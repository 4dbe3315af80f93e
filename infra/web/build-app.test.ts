import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildApp, environmentProblems, hashApp } from "./build-app.ts";

const env = {
  VITE_SUPABASE_URL: "https://abc.supabase.co",
  VITE_SUPABASE_ANON_KEY: "sb_publishable_x",
  VITE_MEDIA_URL: "https://media.lavlay.com",
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "build-app-"));
  await put("app/src/main.tsx", "one");
  await put("functions/_shared/upload-rules.ts", "rules");
  await put("package-lock.json", "{}");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

test.each([
  ["app/src/main.tsx", "two"],
  ["app/src/added.ts", ""],
  ["functions/_shared/upload-rules.ts", "other rules"],
  ["package-lock.json", "{ }"],
])("a change of %s is another app", async (path, content) => {
  const before = await hashApp(root, env);
  await put(path, content);
  expect(await hashApp(root, env)).not.toBe(before);
});

test("so is another address, but nothing else in the environment or the tests", async () => {
  const before = await hashApp(root, env);
  expect(await hashApp(root, { ...env, VITE_MEDIA_URL: "https://other" })).not.toBe(before);
  await put("app/src/main.test.ts", "test");
  await put("app/testing/browser.ts", "test");
  expect(await hashApp(root, { PATH: "/bin", ...env })).toBe(before);
});

test("builds once for one content, also when asked twice at the same time", async () => {
  let builds = 0;
  const build = async (outDir: string) => {
    builds++;
    await writeFile(join(outDir, "index.html"), "built");
  };
  const [first, second] = await Promise.all([buildApp(root, env, build), buildApp(root, env, build)]);
  expect(second).toBe(first);
  expect(first).toMatch(/^\.build\/app\/[0-9a-f]{64}$/);
  const done = builds;
  await buildApp(root, env, build);
  expect(builds).toBe(done);
  expect(await readFile(join(root, first, "index.html"), "utf8")).toBe("built");
  expect(await readdir(join(root, ".build/app"))).toHaveLength(1);
});

test("a build that fails leaves nothing behind", async () => {
  await expect(buildApp(root, env, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(join(root, ".build/app"))).toEqual([]);
});

test("keeps the last three outputs, and those that may still be in use", async () => {
  const paths: string[] = [];
  for (const [index, name] of ["a", "b", "c", "d", "e"].entries()) {
    const path = await buildApp(root, { ...env, VITE_MEDIA_URL: `https://${name}` }, async () => {});
    paths.push(path);
    // The last one before the current was used just now, the others hours ago.
    const used = new Date(Date.now() - (index === 3 ? 0 : (9 - index) * 3_600_000));
    await utimes(join(root, path), used, used);
  }
  await buildApp(root, env, async () => {});
  const kept = await readdir(join(root, ".build/app"));
  expect(kept).toHaveLength(3);
  expect(kept).toEqual(expect.arrayContaining([paths[4]!, paths[3]!].map((path) => path.split("/").at(-1))));
});

test("names every variable that is missing or no address", () => {
  expect(environmentProblems(env)).toEqual([]);
  expect(
    environmentProblems({ ...env, VITE_SUPABASE_ANON_KEY: "", VITE_MEDIA_URL: "media.lavlay.com" }),
  ).toEqual([
    "VITE_SUPABASE_ANON_KEY is not set.",
    'VITE_MEDIA_URL is "media.lavlay.com"; it must be an address that begins with https:// or http://.',
  ]);
});
