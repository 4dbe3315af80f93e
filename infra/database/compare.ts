import { existingHistory } from "./history.ts";
import { connect } from "./connection.ts";
import { readHadAndLeft } from "./migrations.ts";
import { migrationsToUndo, pendingMigrations } from "./pending.ts";
import { preflight } from "./preflight.ts";
import { parseAll } from "./run.ts";

export interface CompareOptions {
  readonly connectionString: string;
  /** Folders of SQL files. */
  readonly directories: readonly string[];
  /** Folders that the stack does not have, or no longer. */
  readonly leaving: readonly string[];
  /** How long to wait for the database to accept connections. */
  readonly connectLimitMs: number;
}

/** What a run of the migrations would do. */
export interface Comparison {
  readonly pending: number;
  /** Of those that are pending, how many would be recorded without being run, as their tables are there. */
  readonly adopted: number;
  readonly undone: number;
}

/**
 * Compares a database with the files as a run of the migrations would before it begins, in a transaction that can only
 * read.
 * @throws RefusedError with everything that a run would refuse
 */
export async function compareDatabase(options: CompareOptions): Promise<Comparison> {
  const { had, left } = readHadAndLeft(options.directories, options.leaving);
  const all = [...had, ...left].sort((a, b) => (a.version < b.version ? -1 : 1));
  const scriptOf = await parseAll(all.flatMap(({ down, ...up }) => [up, ...(down ? [down] : [])]));
  const client = await connect(options.connectionString, options.connectLimitMs, () => {});
  try {
    await client.query("begin read only");
    const history = await existingHistory(client);
    const pending = pendingMigrations(had, history);
    const undone = migrationsToUndo(left, history);
    const adoptions = await preflight(client, {
      inHistory: all.filter(({ version }) => history.has(version)).map(scriptOf),
      toUndo: undone.flatMap(({ down }) => down ?? []).map(scriptOf),
      pending: pending.map(scriptOf),
    });
    return { pending: pending.length, adopted: adoptions.size, undone: undone.length };
  } finally {
    await client.end().catch(() => {}); // It has written nothing.
  }
}
