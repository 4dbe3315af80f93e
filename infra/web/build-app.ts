/**
 * Builds the web app, unless this very app was built before. The program asks for it at every preview, so it must cost
 * little when there is nothing to do: hashing, and no Vite.
 */
import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../paths.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const outputs = join(".build", "app");
const KEPT_OUTPUTS = 3;
/** An output younger than this may be in use by another stack's deployment; an unfinished one, still be built. */
const GRACE_MS = 30 * 60_000;
const required = ["VITE_SUPABASE_URL", "VITE_SUPABASE_ANON_KEY", "VITE_MEDIA_URL"] as const;

/** SHA-256 (hex) of all that the built app depends on: its sources, what it shares with the functions, its libraries, and `VITE_*`. */
export async function hashApp(root: string, env: Environment): Promise<string> {
  const files = [
    ...(await sources(join(root, "app"))),
    join(root, "functions", "_shared", "upload-rules.ts"),
    join(root, "package-lock.json"),
  ];
  const hash = createHash("sha256");
  const add = (name: string, content: string | Buffer) =>
    hash.update(`${name}\0${content.length}\0`).update(content);
  for (const file of files) add(relative(root, file).split(sep).join("/"), await readFile(file));
  const variables = Object.keys(env).filter((key) => key.startsWith("VITE_"));
  for (const key of variables.sort()) add(key, env[key] ?? "");
  return hash.digest("hex");
}

/** The app's files in a fixed order, without its tests. */
async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/\.test\.tsx?$/.test(file) && !file.startsWith(join(folder, "testing") + sep))
    .sort();
}

/** What is missing or wrong in the environment, one line each. */
export function environmentProblems(env: Environment): string[] {
  return required.flatMap((key) => {
    const value = env[key];
    if (!value) return [`${key} is not set.`];
    if (key.endsWith("_URL") && !/^https?:\/\/[^/]/.test(value)) {
      return [`${key} is "${value}"; it must be an address that begins with https:// or http://.`];
    }
    return [];
  });
}

/**
 * Makes `.build/app/<hash>` if it is not there and gives that path. A folder by that name is always whole: it is built
 * under another name and then renamed, so that several builds at once cannot disturb each other.
 */
export async function buildApp(
  root: string,
  env: Environment,
  build: (outDir: string) => Promise<void>,
): Promise<string> {
  const output = join(outputs, await hashApp(root, env));
  const target = join(root, output);
  if (!existsSync(target)) {
    await mkdir(join(root, outputs), { recursive: true });
    const unfinished = await mkdtemp(join(root, outputs, "unfinished-"));
    try {
      await build(unfinished);
      await rename(unfinished, target).catch((error: NodeJS.ErrnoException) => {
        // Another build was faster: its output is the same.
        if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const now = new Date();
  await utimes(target, now, now);
  await prune(join(root, outputs));
  return output.split(sep).join("/");
}

/** Removes outputs that were not used lately, except the last few. */
async function prune(folder: string): Promise<void> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      // Another build may have removed it meanwhile.
      const usedAt = (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0;
      return { path: join(folder, name), usedAt };
    }),
  );
  const old = found
    .sort((a, b) => b.usedAt - a.usedAt)
    .slice(KEPT_OUTPUTS)
    .filter(({ usedAt }) => usedAt < Date.now() - GRACE_MS);
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}

/** Runs Vite in a process of its own, whose environment holds nothing of `VITE_*` but what is given. */
async function buildWithVite(env: Environment, outDir: string): Promise<void> {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith("VITE_"));
  const options = { cwd: projectRoot, env: { ...Object.fromEntries(inherited), ...env } };
  try {
    await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "infra/web/vite-build.ts", outDir],
      options,
    );
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() ?? String(error);
    throw new Error(`The app could not be built: ${said}`, { cause: error });
  }
}

/**
 * The folder of the built app for these `VITE_*`, from the project's root, built if it is not there.
 * @throws Error with Vite's own words
 */
export async function builtApp(env: Readonly<Record<string, string>>): Promise<string> {
  const problems = environmentProblems(env);
  if (problems.length > 0) throw new Error(`The app cannot be built:\n${problems.join("\n")}`);
  return buildApp(projectRoot, env, (outDir) => buildWithVite(env, outDir));
}
