import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, copyFile, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import pg from "pg";

/** What point-in-time recovery works from: a copy of the data directory, and every piece of the log since. */
export interface RecoveryWindow {
  /** The earliest moment that can be gone back to. */
  readonly since: Date;
}

/** Not of a copy: what belongs to the running server, and the log, which is kept beside. */
const notCopied = new Set(["postmaster.pid", "postmaster.opts", "pg_wal", "backup_label.old"]);

/**
 * The folder that the server's finished log files are copied to; only what is asked to be kept is: where the folder is
 * not there, `archive_command` throws them away.
 */
const walFolder = (directory: string) => join(directory, "recovery", "wal");
const baseFolder = (directory: string) => join(directory, "recovery", "base");
const sinceFile = (directory: string) => join(directory, "recovery", "since");

const beforeFolder = (directory: string) => join(directory, "data.before");

const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;

/** A value in a configuration file, where a backslash means something too. */
const setting = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** For the server's command line: `archive_command`. A file is copied aside first, so that none is kept by half. */
export function archiveCommand(directory: string): string {
  const wal = quoted(walFolder(directory));
  return `test ! -d ${wal} || { cp "%p" ${wal}/"%f.part" && mv ${wal}/"%f.part" ${wal}/"%f"; }`;
}

/** What can be gone back to; undefined where nothing is kept. */
export async function recoveryWindow(directory: string): Promise<RecoveryWindow | undefined> {
  if (!existsSync(sinceFile(directory))) return undefined;
  return { since: new Date(await readFile(sinceFile(directory), "utf8")) };
}

/** Begins to keep what recovery needs, from this moment on; does nothing where it is kept already. */
export async function keepForRecovery(directory: string, superuserUrl: string): Promise<void> {
  if (await recoveryWindow(directory)) return;
  await forgetRecovery(directory); // What an interrupted beginning left.
  await mkdir(walFolder(directory), { recursive: true, mode: 0o700 });
  const client = new pg.Client({ connectionString: superuserUrl, application_name: "local target" });
  await client.connect();
  try {
    await client.query("select pg_backup_start('lavlay', true)");
    const data = join(directory, "data");
    await cp(data, baseFolder(directory), {
      recursive: true,
      filter: (source) => !(source.startsWith(data) && notCopied.has(basename(source))),
    });
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    await mkdir(join(baseFolder(directory), "pg_wal"), { mode: 0o700 });
    await writeFile(join(baseFolder(directory), "backup_label"), rows[0]!.labelfile);
    const now = await client.query<{ now: Date }>("select clock_timestamp() as now");
    await writeFile(sinceFile(directory), now.rows[0]!.now.toISOString());
  } finally {
    await client.end();
  }
}

/** Keeps nothing any more. */
export async function forgetRecovery(directory: string): Promise<void> {
  const kept = join(directory, "recovery");
  if (!existsSync(kept)) return;
  // Out of the way first: the server may just be adding to it.
  const gone = join(directory, `data.unfinished-${randomUUID()}`);
  await rename(kept, gone);
  await rm(gone, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
}

/** The server's log up to this moment has something to stop at: a recovery that finds no later commit does not end well. */
export async function markForRecovery(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl, application_name: "local target" });
  await client.connect();
  try {
    await client.query("select txid_current()");
  } finally {
    await client.end();
  }
}

/** Puts the copy in place of the data of a server that has been stopped, to be recovered to that moment at its start. */
export async function goBackTo(directory: string, moment: Date): Promise<void> {
  const data = join(directory, "data");
  const wal = walFolder(directory);
  // The last pieces of the log were never full, and so never copied.
  for (const name of readdirSync(join(data, "pg_wal")).filter((file) => /^[0-9A-F]{24}$/.test(file))) {
    if (!existsSync(join(wal, name))) await copyFile(join(data, "pg_wal", name), join(wal, name));
  }
  const restored = join(directory, `data.unfinished-${randomUUID()}`);
  await cp(baseFolder(directory), restored, { recursive: true });
  await writeFile(join(restored, "recovery.signal"), "");
  await appendFile(
    join(restored, "postgresql.auto.conf"),
    [
      "",
      `restore_command = ${setting(`cp ${quoted(wal)}/"%f" "%p"`)}`,
      `recovery_target_time = ${setting(moment.toISOString().replace("Z", "+00"))}`,
      "recovery_target_action = 'promote'",
      "",
    ].join("\n"),
  );
  const before = beforeFolder(directory);
  await rename(data, before);
  await rename(restored, data);
  await rm(before, { recursive: true, force: true });
}

/** Makes good what a process left that was killed between the two: with no data in place, that from before comes back. */
export async function settleData(directory: string): Promise<void> {
  const data = join(directory, "data");
  const before = beforeFolder(directory);
  if (!existsSync(before)) return;
  if (existsSync(data)) await rm(before, { recursive: true, force: true });
  else await rename(before, data);
}

/** After a recovery: a new history begins here, and what was kept of the old one is let go. */
export async function endRecovery(directory: string, superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl, application_name: "local target" });
  await client.connect();
  try {
    for (const name of ["restore_command", "recovery_target_time", "recovery_target_action"])
      await client.query(`alter system reset ${name}`);
  } finally {
    await client.end();
  }
  await forgetRecovery(directory);
  await keepForRecovery(directory, superuserUrl);
}
