import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { BuildFailure, BuildResult } from "esbuild";
import { type Problem, RefusedError } from "../../catalog/problem.ts";

export interface Bundle {
  /** Where the bundle was written, from the root, with forward slashes. */
  readonly entrypoint: string;
  readonly bytes: number;
  /** In hex. It is the same in every checkout of the same sources and dependencies. */
  readonly sha256: string;
}

/** Supabase takes no larger function. */
const maxBytes = 20 * 1024 * 1024;
const see = "https://supabase.com/docs/guides/functions/limits";

/**
 * Bundles `functions/<slug>/index.ts` with all that it imports into one file for Supabase's runtime, under `.build/`.
 * A file that is already right is not touched. Throws {@link RefusedError} when the sources do not build, import what
 * cannot be bundled, or make too large a bundle.
 */
export function bundleFunction({ slug, root }: { slug: string; root: string }): Bundle {
  const source = `functions/${slug}/index.ts`;
  if (!existsSync(join(root, source))) {
    const limit = "a function is a folder below functions/ with an index.ts";
    throw new RefusedError(`Function ${slug}`, [
      {
        key: source,
        value: "not there",
        limit,
        fix: "Make the file, or take the function out of the program.",
      },
    ]);
  }

  const entrypoint = `.build/functions/${slug}/index.js`;
  const output = join(root, entrypoint);
  const stamp = join(root, `.build/functions/${slug}/sources.sha256`);
  const sources = hashOfSources(root, slug);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === sources) {
    return describe(entrypoint, readFileSync(output));
  }

  const result = build(root, slug, source);
  const problems = [...externalImports(result, source), ...sizeProblems(result, source)];
  if (problems.length > 0) throw new RefusedError(`Function ${slug}`, problems);

  const contents = outputOf(result);
  writeIfChanged(output, contents);
  writeIfChanged(stamp, Buffer.from(sources));
  return describe(entrypoint, contents);
}

function describe(entrypoint: string, contents: Uint8Array): Bundle {
  return { entrypoint, bytes: contents.length, sha256: createHash("sha256").update(contents).digest("hex") };
}

/** All that a function's bundle can be made of: its folder, what functions share, the versions of the packages, and this. */
function hashOfSources(root: string, slug: string): string {
  const folders = [`functions/${slug}`, "functions/_shared"].filter((folder) =>
    existsSync(join(root, folder)),
  );
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const lock = join(root, "package-lock.json");
  const hash = createHash("sha256").update(readFileSync(__filename));
  for (const file of [...files.sort(), ...(existsSync(lock) ? [lock] : [])]) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function build(root: string, slug: string, source: string): BuildResult {
  try {
    // Loaded only when something is to be built.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { buildSync } = require("esbuild") as typeof import("esbuild");
    return buildSync({
      absWorkingDir: root,
      entryPoints: [source],
      bundle: true,
      write: false,
      metafile: true,
      logLevel: "silent",
      format: "esm",
      target: "es2023",
      platform: "browser",
      conditions: ["deno", "worker", "browser"],
      // Names stay readable in a function's log. Comments, which hold paths, go with the whitespace.
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: "none",
      charset: "utf8",
      // Not the tsconfig.json of whatever folder the checkout lies in.
      tsconfigRaw: {},
    });
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>;
    if (errors.length === 0) throw error;
    throw new RefusedError(
      `Function ${slug}`,
      errors.map(({ location, text }) => ({
        key: location ? `${location.file}:${location.line}:${location.column + 1}` : source,
        value: location?.lineText.trim() ?? "",
        limit: `it does not build: ${text.replaceAll(root, ".")}`,
        fix: "Correct the source. A package must be in package.json and installed.",
      })),
    );
  }
}

/** esbuild leaves addresses such as `https://esm.sh/…` as imports; the platform would fetch them at each deploy. */
function externalImports(result: BuildResult, source: string): Problem[] {
  const outputs = Object.values(result.metafile?.outputs ?? {});
  const external = outputs.flatMap((output) => output.imports.filter((each) => each.external));
  return external.map(({ path }) => ({
    key: source,
    value: `imports ${path}`,
    limit: "a bundle holds all that it needs",
    fix: "Install the package with npm and import it by name.",
  }));
}

function sizeProblems(result: BuildResult, source: string): Problem[] {
  const bytes = outputOf(result).length;
  if (bytes <= maxBytes) return [];
  const limit = `Supabase takes at most ${maxBytes} bytes`;
  return [{ key: source, value: `bundles to ${bytes} bytes`, limit, fix: "Import less.", see }];
}

function outputOf(result: BuildResult): Uint8Array {
  const [output] = result.outputFiles ?? [];
  if (!output) throw new Error("esbuild gave no output");
  return output.contents;
}

/** Another process may read the bundle, or write it, at the same time. */
function writeIfChanged(file: string, contents: Uint8Array): void {
  if (existsSync(file) && readFileSync(file).equals(contents)) return;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}
