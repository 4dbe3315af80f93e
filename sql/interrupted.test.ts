import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDataset } from "../bench/db/dataset.ts";
import { runMigrations } from "../infra/database/run.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { sqlFolder } from "./testing/folder.ts";
import { describeSchema } from "./testing/schema.ts";

const folders = ["baseline", "free", "pro", "team", "enterprise"];
const CONNECTIONS = 40;
const PROCESSES = 10;

let postgres: TestPostgres;
/** A database with the baseline and data, to be copied. */
let template: string;
let databases = 0;
/** What an uninterrupted run leads to, and how long it takes. */
let expected: string[];
let milliseconds: number;

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
/** Between 0 and 1, the same for the same seed. */
const random = (n: number) => Math.abs(Math.sin(seed * 9301 + n * 49297)) % 1;

const migrate = (connectionString: string, some = folders) =>
  runMigrations({ connectionString, directories: some.map(sqlFolder), report: () => {} });

async function copy(): Promise<{ name: string; url: string }> {
  const name = `copy_${++databases}`;
  await query(postgres.server.superuserUrl, `create database ${name} template ${template} owner postgres`);
  await query(
    postgres.server.superuserUrl,
    `alter database ${name} set search_path = "$user", public, extensions`,
  );
  return { name, url: postgres.server.url.replace(/\/postgres$/, `/${name}`) };
}
const drop = (name: string) => query(postgres.server.superuserUrl, `drop database ${name} with (force)`);

beforeAll(async () => {
  console.log(`seed ${seed}`);
  postgres = await startTestPostgres();
  const { url, superuserUrl } = await postgres.createDatabase();
  template = new URL(url).pathname.slice(1);
  await migrate(url, ["baseline"]);
  await buildDataset(superuserUrl, { users: 300, posts: 3_000 }, () => {});
  const whole = await copy();
  const started = performance.now();
  await migrate(whole.url);
  milliseconds = performance.now() - started;
  expected = await describeSchema(whole.url);
  await drop(whole.name);
});
afterAll(() => postgres?.close());

/** The next run finishes, and nothing tells that the one before was interrupted. */
async function finishes({ name, url }: { name: string; url: string }): Promise<void> {
  await migrate(url);
  expect(await describeSchema(url)).toEqual(expected);
  expect(await query(url, "select indexrelid::regclass from pg_index where not indisvalid")).toEqual([]);
  expect(await migrate(url)).toMatchObject({ applied: 0 });
  await drop(name);
}

/** Some come when all is done, more of them where the machine is quicker now than at the start: then a few more are tried. */
const goesOn = (tried: number, moments: number, interrupted: number) =>
  tried < moments || (interrupted <= moments / 2 && tried < 3 * moments);

test(`the connection killed at ${CONNECTIONS} random moments: each time the next run finishes`, async () => {
  let interrupted = 0;
  for (let n = 0; goesOn(n, CONNECTIONS, interrupted); n++) {
    const database = await copy();
    const running = migrate(database.url).then(
      () => false,
      () => true,
    );
    await delay(random(n) * milliseconds);
    await query(
      postgres.server.superuserUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = '${database.name}' and application_name = 'lavlay migrations'`,
    );
    if (await running) interrupted++;
    await finishes(database);
  }
  console.log(`${interrupted} of at least ${CONNECTIONS} were interrupted`);
  expect(interrupted).toBeGreaterThan(CONNECTIONS / 2);
}, 360_000);

test(`the process killed at ${PROCESSES} random moments: each time the next run finishes`, async () => {
  let interrupted = 0;
  for (let n = 0; goesOn(n, PROCESSES, interrupted); n++) {
    const database = await copy();
    const child = spawn(
      process.execPath,
      [
        ...["--import", "tsx", fileURLToPath(new URL("../infra/database/migrate.ts", import.meta.url))],
        ...folders.flatMap((folder) => ["--dir", sqlFolder(folder)]),
      ],
      { env: { ...process.env, DATABASE_URL: database.url }, stdio: ["ignore", "pipe", "ignore"] },
    );
    const exit = once(child, "exit");
    // Its start takes long: it is waited for, so that the moments lie in the work.
    await Promise.race([once(child.stdout, "data"), exit]);
    await Promise.race([delay(random(100 + n) * milliseconds), exit]);
    child.kill("SIGKILL");
    const [code] = (await exit) as [number | null];
    if (code === null) interrupted++;
    await finishes(database);
  }
  console.log(`${interrupted} of at least ${PROCESSES} were interrupted`);
  expect(interrupted).toBeGreaterThan(PROCESSES / 2);
}, 360_000);
