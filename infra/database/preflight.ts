import type { ClientBase } from "pg";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { existingRules, readTables } from "./existing.ts";
import { misfits } from "./misfits.ts";
import type { Script } from "./statements.ts";
import { carryOut, tableChanges, type Table, type TableChange, type Tables } from "./tables.ts";

export interface PreflightOptions {
  /** In the order of their versions. */
  readonly inHistory: readonly Script[];
  /** Ways down that are to be run, in their order. */
  readonly toUndo: readonly Script[];
  /** In the order in which they would be applied. */
  readonly pending: readonly Script[];
}

/** Versions whose tables are all there, made by hand: each with what people should know of them. */
export type Adoptions = ReadonlyMap<string, readonly string[]>;

/**
 * Compares what the files take for granted with what is there, before anything runs: a database may have tables that were
 * made by hand, and may have lost columns since the files were applied. Asks, and changes nothing.
 * @returns what is to be adopted: recorded without being run
 * @throws RefusedError naming everything that does not fit, each with the statement that puts it right
 */
export async function preflight(client: ClientBase, options: PreflightOptions): Promise<Adoptions> {
  const { inHistory, toUndo, pending } = options;
  if (pending.length === 0) return new Map();
  const there = await readTables(client);
  const compare = (table: Table) => misfits(table, there.get(table.name));

  const known: Tables = new Map();
  for (const change of inHistory.flatMap((script) => tableChanges(script).changes)) carryOut(change, known);
  const problems = [...known.values()].filter(isOurs).flatMap(compare);

  // From here on the files are followed as they would run: a name that one statement frees, the next may take.
  const names = new Set(there.keys());
  const follow = (change: TableChange) => {
    carryOut(change, known);
    if (change.kind === "drop") names.delete(change.name);
    if (change.kind === "rename" && names.delete(change.from)) names.add(change.to);
    if (change.kind === "create") names.add(change.table.name);
  };
  for (const script of toUndo) tableChanges(script).changes.forEach(follow);

  const adopted = new Map<string, readonly string[]>();
  for (const script of pending) {
    const { changes, onlyCreates } = tableChanges(script);
    const found: Creation[] = [];
    const missing: Creation[] = [];
    for (const change of changes) {
      if (change.kind === "create" && isOurs(change.table) && !known.has(change.table.name)) {
        (names.has(change.table.name) ? found : missing).push(change);
      }
      follow(change);
    }
    problems.push(...found.flatMap(({ table }) => compare(table)));
    // What is made only where it is not there gets in nobody's way.
    if (found.every(({ unlessThere }) => unlessThere)) continue;
    if (onlyCreates) {
      problems.push(...missing.flatMap(({ table }) => compare(table)));
      const tables = found.map(({ table }) => table.name);
      adopted.set(script.migration.version, await existingRules(client, tables));
    } else problems.push(...found.map(inTheWay));
  }
  if (problems.length > 0) throw new RefusedError("The database", problems);
  return adopted;
}

type Creation = Extract<TableChange, { kind: "create" }>;

/** The one schema whose tables the application takes for granted. */
const isOurs = ({ name }: Table) => name.startsWith("public.");

function inTheWay({ table }: Creation): Problem {
  return {
    key: table.name,
    value: "is there already",
    limit: `${table.place} makes it in a file that does other things too, which cannot count as applied`,
    fix: "Put the tables of that file into an earlier one of their own, which is then adopted.",
  };
}
