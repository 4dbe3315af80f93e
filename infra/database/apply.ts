import type { EventEmitter } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { DatabaseError, escapeIdentifier, type ClientBase } from "pg";
import { lineAt, type IndexName, type Script, type Statement } from "./statements.ts";

/** How often a file is tried while others hold locks that it needs: for about a minute. */
const ATTEMPTS = 40;
const LONGEST_PAUSE_MS = 2_000;
/** A statement that runs outside a transaction waits for its turn blocking nobody, so it may take long. */
const CONCURRENT_LOCK_TIMEOUT_MS = 300_000;
/** Lock not available, deadlock detected. */
const contended = new Set(["55P03", "40P01"]);

/** What is written down of a file that was run, in the file's own transaction where it has one. */
export type Bookkeeping = (client: ClientBase, script: Script) => Promise<void>;

/** Runs one file and keeps the books. Gives way to whoever holds a lock for long, then tries again. */
export async function apply(
  client: ClientBase,
  script: Script,
  keepBooks: Bookkeeping,
  lockTimeoutMs: number,
  report: (line: string) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (script.transactional) await applyInTransaction(client, script, keepBooks, lockTimeoutMs);
      else await applyAlone(client, script, keepBooks);
      return;
    } catch (error) {
      const code = error instanceof MigrationError ? error.code : undefined;
      if (code === undefined || !contended.has(code) || attempt === ATTEMPTS) throw error;
      // Said less and less often.
      if (Number.isInteger(Math.log2(attempt))) {
        report(`${(error as Error).message}: trying again (${attempt + 1} of ${ATTEMPTS})`);
      }
      await delay(Math.min(lockTimeoutMs * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
    }
  }
}

/** An error of the database with the place in the file. */
export class MigrationError extends Error {
  constructor(
    message: string,
    /** SQLSTATE. */
    readonly code: string | undefined,
  ) {
    super(message);
    this.name = "MigrationError";
  }
}

async function applyInTransaction(
  client: ClientBase,
  script: Script,
  keepBooks: Bookkeeping,
  lockTimeoutMs: number,
): Promise<void> {
  try {
    await inTransaction(client, async () => {
      await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
      await executeAll(client, script);
      await keepBooks(client, script);
    });
  } finally {
    // A file's SET outlives its transaction.
    await client.query("reset role; reset search_path").catch(() => {});
  }
}

async function applyAlone(client: ClientBase, script: Script, keepBooks: Bookkeeping): Promise<void> {
  const [statement] = script.statements;
  if (!statement) return;
  await client.query(`set lock_timeout = ${CONCURRENT_LOCK_TIMEOUT_MS}`);
  try {
    if (script.index) await dropInvalid(client, script.index);
    await execute(client, script, statement);
    if (script.index) await expectIndex(client, script, statement, script.index);
  } catch (error) {
    if (script.index) await dropInvalid(client, script.index).catch(() => {}); // The next attempt does it.
    throw error;
  } finally {
    await client.query("reset lock_timeout").catch(() => {});
  }
  await inTransaction(client, () => keepBooks(client, script));
}

/** All of it or, with the first error, nothing. */
export async function inTransaction(client: ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {}); // The first error is the one to tell.
    throw error;
  }
}

/**
 * All statements in one message: locks are held for no more ways to the server and back than need be. The server tells of
 * each that is done, so that it is known which one failed.
 */
async function executeAll(client: ClientBase, script: Script): Promise<void> {
  const { connection } = client as ClientBase & { connection: EventEmitter };
  let done = 0;
  const count = () => void done++;
  connection.on("commandComplete", count);
  try {
    await client.query(script.statements.map(({ text }) => `${text};\n`).join(""));
  } catch (error) {
    const failed = script.statements[done];
    if (!failed) throw error;
    const before = script.statements.slice(0, done).reduce((sum, { text }) => sum + [...text].length + 2, 0);
    throw at(script, failed, error, before);
  } finally {
    connection.off("commandComplete", count);
  }
}

async function execute(client: ClientBase, script: Script, statement: Statement): Promise<void> {
  try {
    await client.query(statement.text);
  } catch (error) {
    throw at(script, statement, error);
  }
}

/** `folder/file.sql:LINE: message (SQLSTATE)`, with the hint if the server gives one. */
function at(
  { migration }: Script,
  statement: Statement,
  error: unknown,
  /** Characters of the message that came before the statement. */
  before = 0,
): MigrationError {
  const { code, position, hint } = error instanceof DatabaseError ? error : {};
  const offset =
    position === undefined ? 1 : lineAt([...statement.text].slice(0, Number(position) - before - 1).join(""));
  const message = error instanceof Error ? error.message : String(error);
  return new MigrationError(
    `${migration.label}:${statement.line + offset - 1}: ${message}${code ? ` (${code})` : ""}${hint ? `. ${hint}` : ""}`,
    code,
  );
}

/** An index by that name in the schema of the statement's table, where an index always lies. */
const findIndex = `
  select table_class.relnamespace::regnamespace::text as schema, indisvalid as valid, indrelid = table_class.oid as here
  from pg_class as table_class
  join pg_class as index_class using (relnamespace)
  join pg_index on indexrelid = index_class.oid
  where table_class.oid = to_regclass($1) and index_class.relname = $2`;

interface FoundIndex {
  /** Quoted where needed. */
  schema: string;
  valid: boolean;
  /** It is on the statement's table. */
  here: boolean;
}

async function lookUp(client: ClientBase, { name, table }: IndexName): Promise<FoundIndex | undefined> {
  const path = [table.schema, table.name].filter((part) => part !== undefined).map(escapeIdentifier);
  return (await client.query<FoundIndex>(findIndex, [path.join("."), name])).rows[0];
}

/** A concurrent build that failed leaves its index behind, not used by queries but maintained by every write. */
async function dropInvalid(client: ClientBase, index: IndexName): Promise<void> {
  const found = await lookUp(client, index);
  if (!found || found.valid || !found.here) return;
  await client.query(`drop index concurrently if exists ${found.schema}.${escapeIdentifier(index.name)}`);
}

/** IF NOT EXISTS is also content with an index of the same name on another table. */
async function expectIndex(
  client: ClientBase,
  script: Script,
  statement: Statement,
  index: IndexName,
): Promise<void> {
  const found = await lookUp(client, index);
  if (found?.valid && found.here) return;
  const reason = found?.here ? "is not valid" : "is taken by something that is not an index of this table";
  throw at(script, statement, new Error(`the name ${index.name} ${reason}`));
}
