import { setTimeout as delay } from "node:timers/promises";
import type { ClientBase } from "pg";
import { readFiles, workAhead } from "./ahead.ts";
import { apply, inTransaction, type Bookkeeping } from "./apply.ts";
import { connect } from "./connection.ts";
import { readHistory, record, unrecord } from "./history.ts";
import type { Migration } from "./migrations.ts";
import { expectOwnSession } from "./session.ts";
import type { Script } from "./statements.ts";

export interface RunOptions {
  readonly connectionString: string;
  /** Folders of SQL files. */
  readonly directories: readonly string[];
  /** Folders that the stack does not have, or no longer: what of them has a way down is undone. Default none. */
  readonly leaving?: readonly string[];
  /** Called with each line for people. */
  readonly report: (line: string) => void;
  /** How long to wait for the database to accept connections. Default 5 minutes. */
  readonly connectLimitMs?: number;
  /** How long to wait for another run to end. Default 10 minutes. */
  readonly turnLimitMs?: number;
  /**
   * How long a statement waits for a lock before it gives way and tries again: whoever writes meanwhile waits behind it.
   * Default 100 ms.
   */
  readonly lockTimeoutMs?: number;
}

export interface RunResult {
  readonly applied: number;
  /** How many were in place already. */
  readonly unchanged: number;
  /** How many were recorded without being run, as their tables were there. */
  readonly adopted: number;
  /** How many were undone. */
  readonly left: number;
}

/**
 * Undoes what is left behind and has a way down, then applies what is not applied yet: file by file, each in one
 * transaction where Postgres allows it. Interrupted anywhere, the next run goes on where it stopped.
 * @throws RefusedError when the files themselves are wrong or do not fit the tables that are there, or the connection is a
 * transaction pooler's: nothing is run then
 */
export async function runMigrations(options: RunOptions): Promise<RunResult> {
  const { report } = options;
  const files = await readFiles(options.directories, options.leaving ?? []);
  const { scriptOf } = files;

  const open = () => connect(options.connectionString, options.connectLimitMs ?? 300_000, report);
  const client = await open();
  try {
    await expectOwnSession(client, open, new URL(options.connectionString).host);
    await client.query("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0");
    await takeTurn(client, options.turnLimitMs ?? 600_000, report);
    const { pending, adoptions, undone } = await workAhead(client, files, await readHistory(client));
    const work = async (what: string, { label }: Migration, script: Script, keepBooks: Bookkeeping) => {
      const start = performance.now();
      await apply(client, script, keepBooks, options.lockTimeoutMs ?? 100, report);
      report(`${what} ${label} (${Math.round(performance.now() - start)} ms)`);
    };
    for (const migration of undone) {
      if (migration.down) await work("left", migration, scriptOf(migration.down), unrecord);
    }
    for (const migration of pending) {
      const notes = adoptions.get(migration.version);
      if (notes) {
        await inTransaction(client, () => record(client, scriptOf(migration)));
        for (const line of [`adopted ${migration.label}: its tables are there`, ...notes]) report(line);
      } else await work("applied", migration, scriptOf(migration), record);
    }
    return {
      applied: pending.length - adoptions.size,
      unchanged: files.had.length - pending.length,
      adopted: adoptions.size,
      left: undone.length,
    };
  } finally {
    await client.end().catch(() => {}); // Ends the session, and with it the turn.
  }
}

/**
 * One run at a time: a lock of the session, which ends with it, however it ends. It is polled, because a session that
 * waits inside `pg_advisory_lock` holds a snapshot that CREATE INDEX CONCURRENTLY of the other run waits for.
 */
async function takeTurn(client: ClientBase, limitMs: number, report: (line: string) => void): Promise<void> {
  const end = Date.now() + limitMs;
  for (let polls = 0; ; polls++) {
    const { rows } = await client.query<{ mine: boolean }>(
      "select pg_try_advisory_lock(hashtext('supabase_migrations')) as mine",
    );
    if (rows[0]?.mine) return;
    if (polls === 0) report("waiting for another run to end");
    if (Date.now() > end) {
      throw new Error(
        `another run has been at work for ${limitMs / 1000} s: see pg_stat_activity, then try again`,
      );
    }
    await delay(100);
  }
}
