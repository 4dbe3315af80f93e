import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../postgres/testing.ts";
import { CronScheduler } from "./cron.ts";

let postgres: TestPostgres;
let client: pg.Client;
let scheduler: CronScheduler;
let time: number;
const logged: string[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.close());
beforeEach(async () => {
  const { url, superuserUrl } = await postgres.createDatabase();
  client = new pg.Client({ connectionString: url });
  await client.connect();
  time = Date.parse("2026-01-31T23:59:30Z");
  scheduler = new CronScheduler({ url: superuserUrl, log: (line) => logged.push(line), now: () => time });
});
afterEach(async () => {
  await scheduler.close();
  await client.end();
});

const install = () =>
  client.query(
    "create extension pg_cron with schema pg_catalog; create table ran (what text, by_whom text default session_user)",
  );
const schedule = (name: string, when: string, command: string) =>
  client.query("select cron.schedule($1, $2, $3)", [name, when, command]);
const ran = async () => (await client.query("select what, by_whom from ran order by what")).rows;
/** Lets the time go by and whatever is due run to its end. */
async function after(seconds: number): Promise<void> {
  time += seconds * 1000;
  await scheduler.tick();
  await scheduler.idle();
}

test("nothing happens before the extension is there", async () => {
  await after(3600);
  expect(logged).toEqual([]);
});

test("a job runs when its minute begins, once, as who scheduled it", async () => {
  await install();
  await schedule("minutely", "* * * * *", "insert into ran values ('minutely')");
  await schedule("monthly", "0 0 1 * *", "insert into ran values ('monthly')");
  await schedule("later", "0 12 * * *", "insert into ran values ('later')");
  await after(29);
  expect(await ran()).toEqual([]);
  await after(1);
  await after(1);
  expect(await ran()).toEqual([
    { what: "minutely", by_whom: "postgres" },
    { what: "monthly", by_whom: "postgres" },
  ]);
});

test("a job of seconds runs after each of them", async () => {
  await install();
  await schedule("often", "10 seconds", "insert into ran values ('often')");
  for (let second = 0; second < 25; second++) await after(1);
  expect(await ran()).toHaveLength(2);
});

test("a job that still runs is not started again", async () => {
  await install();
  await schedule("slow", "1 second", "insert into ran select 'slow' from pg_sleep(0.5)");
  time += 1000;
  await scheduler.tick();
  time += 1000;
  await scheduler.tick();
  await scheduler.idle();
  expect(await ran()).toHaveLength(1);
});

test("how it went is recorded, failures too, and the next run is not harmed", async () => {
  await install();
  await schedule("bad", "1 second", "select 1/0");
  await after(1);
  await schedule("bad", "1 second", "begin; set role anon; select 1");
  await after(1);
  await schedule("bad", "1 second", "insert into ran values ('good')");
  await after(1);
  const { rows } = await client.query(
    "select status, return_message, end_time is not null as ended from cron.job_run_details order by runid",
  );
  expect(rows).toEqual([
    { status: "failed", return_message: "ERROR:  division by zero", ended: true },
    { status: "succeeded", return_message: "SELECT 1", ended: true },
    { status: "succeeded", return_message: "INSERT 1", ended: true },
  ]);
});

test("a name is scheduled once, changed and taken away", async () => {
  await install();
  const first = await schedule("job", "* * * * *", "select 1");
  const second = await schedule("job", "0 * * * *", "select 2");
  expect(second.rows).toEqual(first.rows);
  expect((await client.query("select schedule, command from cron.job")).rows).toEqual([
    { schedule: "0 * * * *", command: "select 2" },
  ]);
  await client.query("select cron.unschedule('job')");
  await expect(client.query("select cron.unschedule('job')")).rejects.toThrow(/could not find valid entry/);
  expect((await client.query("select from cron.job")).rowCount).toBe(0);
});

test.each(["every minute", "* * * *", "60 seconds", ""])("the schedule %j is refused", async (when) => {
  await install();
  await expect(schedule("job", when, "select 1")).rejects.toThrow(/invalid schedule/);
});
