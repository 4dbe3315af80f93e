import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../catalog/problem.ts";
import { readMigrations, type Migration } from "../../infra/database/migrations.ts";
import { loadParser, parseMigration } from "../../infra/database/statements.ts";
import { effectOf, lockModes, type Lock } from "./locks.ts";

/** A SQL file and what it does to what is there. */
export interface SqlFile {
  /** Such as `free/20260102000000_posts_by_author.sql`. */
  readonly label: string;
  readonly sha256: string;
  readonly statements: readonly SqlStatement[];
  /** What the runner refuses of it. */
  readonly problems: readonly Problem[];
}

export interface SqlStatement {
  /** Its first words, on one line. */
  readonly text: string;
  readonly line: number;
  /** Those on tables that were there before. */
  readonly locks: readonly Lock[];
  /** What waits for it, in words; absent where nothing does for longer than a moment. */
  readonly blocks?: string;
  readonly loses?: string;
  readonly unknown?: string;
}

/**
 * The SQL of those folders of `sql/`, in the order in which it is applied.
 * @param applied labels of the files that are applied already: what they made has data in it
 */
export async function readSql(
  root: string,
  folders: readonly string[],
  applied: ReadonlySet<string> = new Set(),
): Promise<SqlFile[]> {
  await loadParser();
  const made = new Set<string>();
  return readMigrations(folders.map((folder) => join(root, "sql", folder))).map((migration) =>
    describe(migration, applied.has(migration.label) ? new Set() : made),
  );
}

/** What becomes of the SQL of folders that a stack leaves. */
export interface LeftSql {
  /** Ways down, in the order in which they are run. */
  readonly undone: readonly SqlFile[];
  /** Labels of the files that have none: what they made stays. */
  readonly staying: readonly string[];
}

/** @param folders of `sql/`; one that is no longer there can undo nothing */
export async function readLeft(root: string, folders: readonly string[]): Promise<LeftSql> {
  await loadParser();
  const left = readMigrations(folders.map((folder) => join(root, "sql", folder)).filter(existsSync));
  return {
    undone: left
      .flatMap(({ down }) => down ?? [])
      .reverse()
      .map((down) => describe(down, new Set())),
    staying: left.filter(({ down }) => down === undefined).map(({ label }) => label),
  };
}

/** The label of the file that a way down undoes. */
export function undoneBy({ label }: Pick<SqlFile, "label">): string {
  return label.replace(/\.down\.sql$/, ".sql");
}

function describe(migration: Migration, made: Set<string>): SqlFile {
  const { label, sha256, down } = migration;
  const script = parseMigration(migration);
  if (Array.isArray(script)) return { label, sha256, statements: [], problems: script };
  const { statements, transactional } = script as Exclude<typeof script, readonly Problem[]>;
  const wayDown = down && parseMigration(down);
  const described = statements.map(({ node, text, line }) => {
    const effect = effectOf(node);
    const locks = effect.locks.filter(({ table }) => table === undefined || !made.has(table));
    for (const table of effect.makes) made.add(table);
    return { text: firstWords(text), line, ...effect, locks };
  });
  // What a transaction has locked it holds until its end, however long what comes after takes.
  const lastWork = transactional
    ? described.findLastIndex(({ locks }) => locks.some(({ lasts }) => lasts === "work"))
    : -1;
  return {
    label,
    sha256,
    // The runner refuses a way down that is wrong together with its file.
    problems: Array.isArray(wayDown) ? wayDown : [],
    statements: described.map(({ text, line, locks, loses, unknown }, index) => {
      const held = index < lastWork ? locks.map((lock) => ({ ...lock, lasts: "work" as const })) : locks;
      const blocks = blockedBy(held);
      return {
        text,
        line,
        locks: held,
        ...(blocks !== undefined && { blocks }),
        ...(loses !== undefined && { loses }),
        ...(unknown !== undefined && { unknown }),
      };
    }),
  };
}

/** What waits as long as the work takes. */
function blockedBy(locks: readonly Lock[]): string | undefined {
  const waiting = locks.filter(
    ({ mode, lasts }) => lasts === "work" && lockModes.indexOf(mode) >= lockModes.indexOf("SHARE"),
  );
  if (waiting.length === 0) return undefined;
  const of = (what: string, some: readonly Lock[]) =>
    some.length > 0
      ? [`${what} of ${[...new Set(some.map(({ table = "its table" }) => table))].join(", ")}`]
      : [];
  const all = waiting.filter(({ mode }) => mode === "ACCESS EXCLUSIVE");
  const others = waiting.filter(
    ({ mode, table }) => mode !== "ACCESS EXCLUSIVE" && !all.some((lock) => lock.table === table),
  );
  return [...of("reads and writes", all), ...of("writes", others)].join("; ");
}

function firstWords(text: string): string {
  const line = text
    .replace(/^(\s*--[^\n]*\n)+/, "")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
