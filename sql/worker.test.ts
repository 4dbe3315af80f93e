import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { until } from "../testing/until.ts";
import { sqlFolder } from "./testing/folder.ts";

const JOBS = 150;
const KILLS = 20;

let postgres: TestPostgres;
let url: string;
let superuserUrl: string;
const workers = new Set<ChildProcess>();
let done = false;

beforeAll(async () => {
  postgres = await startTestPostgres();
  ({ url, superuserUrl } = await postgres.createDatabase());
  const directories = ["baseline", "free", "pro", "team"].map(sqlFolder);
  await runMigrations({ connectionString: url, directories, report: () => {} });
  await query(url, "create table effects (n integer not null); ");
});
afterAll(async () => {
  done = true;
  for (const worker of workers) worker.kill("SIGKILL");
  await postgres?.close();
});

/** Keeps one worker at work: dead, the next takes its place, as a platform does. */
function employ(): void {
  const worker = spawn(
    process.execPath,
    ["--import", "tsx", fileURLToPath(new URL("testing/worker.ts", import.meta.url))],
    { env: { ...process.env, DATABASE_URL: url }, stdio: "ignore" },
  );
  workers.add(worker);
  worker.once("exit", () => {
    workers.delete(worker);
    if (!done) employ();
  });
}

const number = async (sql: string) => Number((await query<{ n: string }>(superuserUrl, sql))[0]?.n);
const effects = () => number("select count(*) as n from effects");

test("workers are killed in the middle of jobs, some by the job: each good one is done once, the others are buried", async () => {
  await query(
    url,
    `select enqueue_job(case when n in (5, 50) then 'poison' else 'good' end, jsonb_build_object('n', n))
     from generate_series(1, ${JOBS}) as n`,
  );
  for (let n = 0; n < 3; n++) employ();
  for (let kill = 0, before = 0; kill < KILLS; kill++) {
    // While they are at work: some jobs after the last kill, in the middle of one.
    await until(
      "a job done",
      async () => (await effects()) > before || (await number("select count(*) as n from pgmq.q_jobs")) <= 2,
    );
    before = await effects();
    const [worker] = workers;
    if (kill % 2 === 0) worker?.kill("SIGKILL");
    else {
      await query(
        superuserUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query like 'select pg_sleep%' limit 1`,
      );
    }
  }
  await until("an empty queue", async () => (await number("select count(*) as n from pgmq.q_jobs")) === 0);
  expect(await query(url, "select n, count(*)::int from effects group by n having count(*) <> 1")).toEqual(
    [],
  );
  expect(await effects()).toBe(JOBS - 2);
  expect(
    await query(
      superuserUrl,
      "select message -> 'payload' ->> 'n' as n, message -> 'attempts' as attempts from pgmq.q_dead_jobs order by 1",
    ),
  ).toEqual([
    { n: "5", attempts: 5 },
    { n: "50", attempts: 5 },
  ]);
}, 120_000);
