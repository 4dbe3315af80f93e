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
  /**
   * The way down, `<version>_<name>.down.sql` beside it: undoes the file when a stack leaves its folder, and loses nothing
   * that the file could not make again. Where there is none, what the file made stays.
   */
  readonly down?: Migration;
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

/**
 * What a stack has and what it leaves, each in order.
 * @param leaving folders that the stack no longer has, if it ever had them
 * @throws RefusedError as `readMigrations`, and naming every folder that is given as both
 */
export function readHadAndLeft(
  directories: readonly string[],
  leaving: readonly string[],
): { had: Migration[]; left: Migration[] } {
  const folders = new Set(directories.map((directory) => basename(directory)));
  const both = leaving.filter((directory) => folders.has(basename(directory)));
  if (both.length > 0) {
    throw new RefusedError(
      "The SQL",
      both.map((directory) => ({
        key: directory,
        value: "to be applied and to be left",
        limit: "a folder can be one of them",
        fix: "Give it once.",
      })),
    );
  }
  const all = readMigrations([...directories, ...leaving]);
  return {
    had: all.filter(({ folder }) => folders.has(folder)),
    left: all.filter(({ folder }) => !folders.has(folder)),
  };
}

/** Changes when, and only when, there is SQL to apply, to undo or to refuse: what triggers a run. */
export function hashOfMigrations(directories: readonly string[], leaving: readonly string[] = []): string {
  const { had, left } = readHadAndLeft(directories, leaving);
  const hash = createHash("sha256");
  for (const { label, sha256 } of [...had, ...left.flatMap(({ down }) => down ?? [])]) {
    hash.update(`${label} ${sha256}\n`);
  }
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
  const found = files.flatMap((file) => {
    const [, version, name, down] = /^(\d{14})_([a-z0-9_]+)(\.down)?\.sql$/.exec(file) ?? [];
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
    return [
      {
        isDown: down !== undefined,
        migration: { version, name, folder, label: `${folder}/${file}`, sql, sha256 },
      },
    ];
  });
  const downs = new Map(
    found.filter(({ isDown }) => isDown).map(({ migration }) => [stem(migration), migration]),
  );
  const migrations = found
    .filter(({ isDown }) => !isDown)
    .map(({ migration }): Migration => {
      const down = downs.get(stem(migration));
      downs.delete(stem(migration));
      return { ...migration, ...(down && { down }) };
    });
  for (const { label } of downs.values()) {
    problems.push({
      key: label,
      value: "a way down",
      limit: `there is no ${label.replace(/\.down\.sql$/, ".sql")} beside it that it could undo`,
      fix: "Name it as the file it undoes, or delete it.",
    });
  }
  return migrations;
}

const stem = ({ version, name }: Migration) => `${version}_${name}`;
