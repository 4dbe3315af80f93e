import { existsSync, mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { destroyPostgres, startPostgres, type PostgresServer } from "./postgres.ts";
import {
  endRecovery,
  forgetRecovery,
  goBackTo,
  keepForRecovery,
  markForRecovery,
  recoveryWindow,
} from "./recovery.ts";
import { freePort, query } from "./testing.ts";

let directory: string;
let server: PostgresServer | undefined;

beforeEach(() => {
  // A name that a shell would take apart.
  directory = mkdtempSync(join(tmpdir(), "lavlay it's recovery-"));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await destroyPostgres(directory);
});

async function start(): Promise<PostgresServer> {
  server = await startPostgres({ directory, port: await freePort(), password: "password", log: () => {} });
  return server;
}

async function goBack(moment: Date): Promise<PostgresServer> {
  await markForRecovery(server!.superuserUrl);
  await server!.stop();
  await goBackTo(directory, moment);
  const restored = await start();
  await endRecovery(directory, restored.superuserUrl);
  return restored;
}

/** A moment that is apart from what was written before it and from what comes after, as far as milliseconds tell. */
async function now(of: PostgresServer): Promise<Date> {
  await query(of.url, "select pg_sleep(0.005)");
  const [row] = await query(of.url, "select clock_timestamp() as now");
  await query(of.url, "select pg_sleep(0.005)");
  return (row as { now: Date }).now;
}
const texts = async (of: PostgresServer) =>
  (await query(of.url, "select text from public.notes order by text")).map(
    (row) => (row as { text: string }).text,
  );

test("the database is what it was at that moment, twice in a row, and goes on from there", async () => {
  const first = await start();
  expect(await recoveryWindow(directory)).toBeUndefined();
  await query(first.url, "create table public.notes (text text)");
  await keepForRecovery(directory, first.superuserUrl);
  const { since } = (await recoveryWindow(directory))!;
  await keepForRecovery(directory, first.superuserUrl);
  expect((await recoveryWindow(directory))!.since).toEqual(since);

  await query(first.url, "insert into public.notes values ('kept')");
  const good = await now(first);
  await query(first.url, "insert into public.notes values ('too late')");
  await query(first.url, "delete from public.notes where text = 'kept'");
  expect(await texts(first)).toEqual(["too late"]);

  const second = await goBack(good);
  expect(await texts(second)).toEqual(["kept"]);
  expect((await recoveryWindow(directory))!.since.getTime()).toBeGreaterThan(good.getTime());

  await query(second.url, "insert into public.notes values ('after')");
  const again = await now(second);
  await query(second.url, "drop table public.notes");
  const third = await goBack(again);
  expect(await texts(third)).toEqual(["after", "kept"]);
});

test("killed while the data was being exchanged: that from before comes back", async () => {
  const first = await start();
  await query(first.url, "create table public.notes (text text)");
  await query(first.url, "insert into public.notes values ('here')");
  await first.stop();
  renameSync(join(directory, "data"), join(directory, "data.before"));
  expect(await texts(await start())).toEqual(["here"]);
  expect(existsSync(join(directory, "data.before"))).toBe(false);
});

test("nothing is kept where nothing is asked to be, nor after that is given up", async () => {
  const first = await start();
  await query(first.superuserUrl, "select pg_switch_wal()");
  expect(await recoveryWindow(directory)).toBeUndefined();
  await keepForRecovery(directory, first.superuserUrl);
  await forgetRecovery(directory);
  expect(await recoveryWindow(directory)).toBeUndefined();
  await query(first.superuserUrl, "create table public.more ()");
  const [finished] = await query(first.superuserUrl, "select pg_walfile_name(pg_switch_wal()) as name");
  // What is not kept is not held up either: the disk would fill.
  await expect
    .poll(() => query(first.superuserUrl, "select last_archived_wal as name from pg_stat_archiver"))
    .toEqual([finished]);
  expect(existsSync(join(directory, "recovery"))).toBe(false);
});
