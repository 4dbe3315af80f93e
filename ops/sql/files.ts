import { join } from "node:path";
import { parseSync, type Node } from "libpg-query";
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

function describe(migration: Migration, made: Set<string>): SqlFile {
  const { label, sha256, sql } = migration;
  const script = parseMigration(migration);
  if (Array.isArray(script)) return { label, sha256, statements: [], problems: script };
  const nodes = (parseSync(sql).stmts ?? []).map(({ stmt }) => effectOf(stmt as Node));
  const { statements, transactional } = script as Exclude<typeof script, readonly Problem[]>;
  const described = statements.map(({ text, line }, index) => {
    const effect = nodes[index] ?? { locks: [], makes: [] };
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
    problems: [],
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
