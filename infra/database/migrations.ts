import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { RefusedError, type Problem } from "../../catalog/problem.ts";

/** One SQL file, named as the Supabase CLI does: `<version>_<name>.sql`. */
export interface Migration {
  /** 14 digits, a UTC time: the order of application. */
  readonly version: string;
  readonly name: string;
  /** Name of the folder it lies in, such as `baseline`. */
  readonly folder: string;
  /** How people are told of it, such as `baseline/20260101000000_tables.sql`. The same on every machine. */
  readonly label: string;
  readonly sql: string;
  /** Of the text with `\n` line ends and no byte order mark, so that every checkout has the same. */
  readonly sha256: string;
}

/**
 * The migrations of those folders in the order of their versions, across folders.
 * @throws RefusedError naming every folder that cannot be read, misnamed file and version used twice
 */
export function readMigrations(directories: readonly string[]): Migration[] {
  const problems: Problem[] = [];
  const migrations = directories.flatMap((directory) => readFolder(directory, problems));
  migrations.sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
  for (const [index, migration] of migrations.entries()) {
    const previous = migrations[index - 1];
    if (previous?.version === migration.version) {
      problems.push({
        key: migration.label,
        value: `version ${migration.version}`,
        limit: `${previous.label} has the same version`,
        fix: "Give the newer of them a later version.",
      });
    }
  }
  if (problems.length > 0) throw new RefusedError("The SQL", problems);
  return migrations;
}

/** Changes when, and only when, there is SQL to apply or to refuse: what triggers a run. */
export function hashOfMigrations(directories: readonly string[]): string {
  const hash = createHash("sha256");
  for (const { label, sha256 } of readMigrations(directories)) hash.update(`${label} ${sha256}\n`);
  return hash.digest("hex");
}

function readFolder(directory: string, problems: Problem[]): Migration[] {
  const folder = basename(directory);
  let files: string[];
  try {
    files = readdirSync(directory).filter((file) => file.endsWith(".sql"));
  } catch {
    problems.push({
      key: directory,
      value: "not a folder",
      limit: "SQL is read from folders",
      fix: "Correct the path.",
    });
    return [];
  }
  return files.flatMap((file) => {
    const [, version, name] = /^(\d{14})_([a-z0-9_]+)\.sql$/.exec(file) ?? [];
    if (version === undefined || name === undefined) {
      problems.push({
        key: `${folder}/${file}`,
        value: "the file's name",
        limit: "it must be a version of 14 digits, an underscore and a name of a-z, 0-9 and _",
        fix: "Rename it, such as 20260131120000_add_albums.sql.",
      });
      return [];
    }
    const sql = readFileSync(join(directory, file), "utf8")
      .replace(/^\uFEFF/, "")
      .replaceAll("\r\n", "\n");
    const sha256 = createHash("sha256").update(sql).digest("hex");
    return { version, name, folder, label: `${folder}/${file}`, sql, sha256 };
  });
}
