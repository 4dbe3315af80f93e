import { setTimeout as delay } from "node:timers/promises";
import type { ClientBase } from "pg";
import { RefusedError } from "../../catalog/problem.ts";
import { apply } from "./apply.ts";
import { connect } from "./connection.ts";
import { readHistory } from "./history.ts";
import { readMigrations } from "./migrations.ts";
import { pendingMigrations } from "./pending.ts";
import { loadParser, parseMigration, type Script } from "./statements.ts";

export interface RunOptions {
  readonly connectionString: string;
  /** Folders of SQL files. */
  readonly directories: readonly string[];
  /** Called with each line for people. */
  readonly report: (line: string) => void;
  /** How long to wait for the database to accept connections. Default 5 minutes. */
  readonly connectLimitMs?: number;
  /** How long to wait for another run to end. Default 10 minutes. */
  readonly turnLimitMs?: number;
  /** How long a statement waits for a lock before it gives way to the application and tries again. Default 5 s. */
  readonly lockTimeoutMs?: number;
}

export interface RunResult {
  readonly applied: number;
  /** How many were in place already. */
  readonly unchanged: number;
}

/**
 * Applies what is not applied yet, file by file, each in one transaction where Postgres allows it.
 * Interrupted anywhere, the next run goes on where it stopped.
 * @throws RefusedError when the files themselves are wrong: nothing of them is applied then
 */
export async function runMigrations(options: RunOptions): Promise<RunResult> {
  const { report } = options;
  const migrations = readMigrations(options.directories);
  await loadParser();
  const scripts = new Map<string, Script>();
  const problems = migrations.flatMap((migration) => {
    const script = parseMigration(migration);
    if (Array.isArray(script)) return script;
    scripts.set(migration.version, script as Script);
    return [];
  });
  if (problems.length > 0) throw new RefusedError("The SQL", problems);

  const client = await connect(options.connectionString, options.connectLimitMs ?? 300_000, report);
  try {
    await client.query("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0");
    await takeTurn(client, options.turnLimitMs ?? 600_000, report);
    const pending = pendingMigrations(migrations, await readHistory(client));
    for (const migration of pending) {
      const start = performance.now();
      await apply(client, scripts.get(migration.version) as Script, options.lockTimeoutMs ?? 5_000, report);
      report(`applied ${migration.label} (${Math.round(performance.now() - start)} ms)`);
    }
    return { applied: pending.length, unchanged: migrations.length - pending.length };
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
