import type { ClientBase } from "pg";
import { RefusedError } from "../../catalog/problem.ts";
import type { History } from "./history.ts";
import { readHadAndLeft, type Migration } from "./migrations.ts";
import { migrationsToUndo, pendingMigrations } from "./pending.ts";
import { preflight, type Adoptions } from "./preflight.ts";
import { loadParser, parseMigration, type Script } from "./statements.ts";

/** The files of a stack, read and parsed. */
export interface Files {
  /** Of the folders that the stack has, in order. */
  readonly had: readonly Migration[];
  /** Of those that it does not have, or no longer. */
  readonly left: readonly Migration[];
  /** Both, in order. */
  readonly all: readonly Migration[];
  scriptOf(file: Migration): Script;
}

/** What of the files is still to be done on a database. */
export interface Ahead {
  readonly pending: readonly Migration[];
  /** Of those that are pending, which are recorded without being run, as their tables are there. */
  readonly adoptions: Adoptions;
  readonly undone: readonly Migration[];
}

/** @throws RefusedError with everything that is wrong in the files */
export async function readFiles(directories: readonly string[], leaving: readonly string[]): Promise<Files> {
  const { had, left } = readHadAndLeft(directories, leaving);
  const all = [...had, ...left].sort((a, b) => (a.version < b.version ? -1 : 1));
  const files = all.flatMap(({ down, ...up }) => [up, ...(down ? [down] : [])]);
  await loadParser();
  const scripts = new Map<string, Script>();
  const problems = files.flatMap((file) => {
    const script = parseMigration(file);
    if (Array.isArray(script)) return script;
    scripts.set(file.label, script as Script);
    return [];
  });
  if (problems.length > 0) throw new RefusedError("The SQL", problems);
  return { had, left, all, scriptOf: ({ label }) => scripts.get(label) as Script };
}

/**
 * Compares the files with a database; only reads.
 * @throws RefusedError with what cannot be done on it
 */
export async function workAhead(
  client: ClientBase,
  { had, left, all, scriptOf }: Files,
  history: History,
): Promise<Ahead> {
  const pending = pendingMigrations(had, history);
  const undone = migrationsToUndo(left, history);
  const adoptions = await preflight(client, {
    inHistory: all.filter(({ version }) => history.has(version)).map(scriptOf),
    toUndo: undone.flatMap(({ down }) => down ?? []).map(scriptOf),
    pending: pending.map(scriptOf),
  });
  return { pending, adoptions, undone };
}
