import { readFiles, workAhead } from "./ahead.ts";
import { connect } from "./connection.ts";
import { existingHistory } from "./history.ts";

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
  const files = await readFiles(options.directories, options.leaving);
  const client = await connect(options.connectionString, options.connectLimitMs, () => {});
  try {
    await client.query("begin read only");
    const { pending, adoptions, undone } = await workAhead(client, files, await existingHistory(client));
    return { pending: pending.length, adopted: adoptions.size, undone: undone.length };
  } finally {
    await client.end().catch(() => {}); // It has written nothing.
  }
}
