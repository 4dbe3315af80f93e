import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emailCalls, queryCalls } from "../infra/backend/function-calls.ts";
import { scheduleCalls } from "../infra/backend/schedule-calls.ts";
import { readMigrations } from "../infra/database/migrations.ts";
import { runMigrations } from "../infra/database/run.ts";
import { loadParser, parseMigration } from "../infra/database/statements.ts";
import { CronScheduler } from "../local/services/cron/cron.ts";
import { startTestPostgres } from "../local/services/postgres/testing.ts";
import { noDebianPostgres, startDebianPostgres } from "../testing/debian-postgres.ts";
import { describeUnless } from "../testing/skip.ts";
import { until } from "../testing/until.ts";

const folders = ["baseline", "free", "pro"].map((name) => fileURLToPath(new URL(name, import.meta.url)));

/** A database with pg_cron, real or not. */
interface Cron {
  /** As `postgres`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Postgres with our stand-in, whose jobs the local target runs; its clock is fast, a minute is a second. */
async function startStandIn(): Promise<Cron> {
  const postgres = await startTestPostgres();
  const { url, superuserUrl } = await postgres.createDatabase();
  const begin = Date.now();
  const now = () => begin + (Date.now() - begin) * 60;
  const scheduler = new CronScheduler({ url: superuserUrl, log: () => {}, now });
  scheduler.start();
  return {
    url,
    close: async () => {
      await scheduler.close();
      await postgres.close();
    },
  };
}

/** One list for both: what holds here with the stand-in holds with what runs at Supabase. */
function schedules(start: () => Promise<Cron>): void {
  let cron: Cron;
  let client: pg.Client;
  /** Each statement of our files that schedules something. */
  let scheduling: string[];

  beforeAll(async () => {
    cron = await start();
    await runMigrations({ connectionString: cron.url, directories: folders, report: () => {} });
    client = new pg.Client({ connectionString: cron.url });
    await client.connect();
    await loadParser();
    scheduling = readMigrations(folders)
      .flatMap((migration) => {
        const script = parseMigration(migration);
        if (!("statements" in script)) throw new Error(`${migration.label} cannot be read`);
        return script.statements.map(({ text }) => text);
      })
      .filter((text) => /\bcron\.schedule\s*\(/.test(text));
  });
  afterAll(async () => {
    await client?.end();
    await cron?.close();
  });

  interface Job {
    readonly jobname: string;
    readonly schedule: string;
    readonly command: string;
    readonly database: string;
    readonly username: string;
    readonly active: boolean;
  }
  const jobs = async () =>
    byName(
      (await client.query<Job>("select jobname, schedule, command, database, username, active from cron.job"))
        .rows,
    );

  test("the jobs are those that the SQL declares, of the project's owner and in its database", async () => {
    const declared = scheduling
      .flatMap((text) => [...text.matchAll(/cron\.schedule\s*\(\s*'([^']+)',\s*'([^']+)'/g)])
      .map(([, jobname = "", schedule = ""]) => ({ jobname, schedule }));
    const found = await jobs();
    expect(found.map(({ jobname, schedule }) => ({ jobname, schedule }))).toEqual(byName(declared));
    expect(found).toContainEqual(
      expect.objectContaining({ jobname: "refresh-feed", schedule: "*/5 * * * *" }),
    );
    for (const job of found) {
      expect(job).toMatchObject({
        username: "postgres",
        active: true,
        database: new URL(cron.url).pathname.slice(1),
      });
    }
  });

  test("scheduling again leaves one job each, as it was", async () => {
    const before = await jobs();
    for (const statement of scheduling) await client.query(statement);
    expect(await jobs()).toEqual(before);
  });

  test("what a job does can be done by its owner", async () => {
    for (const { command } of await jobs()) await client.query(command);
  });

  test("a name can be given another schedule and taken away, a wrong schedule is refused", async () => {
    const schedule = (when: string) => client.query("select cron.schedule('test', $1, 'select 1')", [when]);
    await schedule("0 0 1 1 *");
    await schedule("0 0 2 1 *");
    expect((await client.query("select schedule from cron.job where jobname = 'test'")).rows).toEqual([
      { schedule: "0 0 2 1 *" },
    ]);
    await expect(schedule("every minute")).rejects.toThrow("invalid schedule");
    await client.query("select cron.unschedule('test')");
    await expect(client.query("select cron.unschedule('test')")).rejects.toThrow(
      "could not find valid entry",
    );
    await schedule("0 0 1 1 *");
    await client.query("select cron.unschedule(jobid) from cron.job where jobname = 'test'");
    expect((await jobs()).map(({ jobname }) => jobname)).not.toContain("test");
  });

  test("the feed's job runs when it is due, and its view has what was posted before", async () => {
    const job = (await jobs()).find(({ jobname }) => jobname === "refresh-feed") as Job;
    const schedule = async (when: string) => {
      const { rows } = await client.query<{ jobid: string }>("select cron.schedule($1, $2, $3) as jobid", [
        job.jobname,
        when,
        job.command,
      ]);
      return rows[0]?.jobid;
    };
    try {
      const jobid = await schedule("0 0 1 1 *"); // Not now.
      const id = await addPost();
      expect(await viewsWith(id)).toEqual([]);
      const { rows: before } = await client.query<{ runid: string }>(
        "select coalesce(max(runid), 0) as runid from cron.job_run_details",
      );

      await schedule("* * * * *");
      const runs = async () =>
        (
          await client.query<{ status: string; username: string; command: string }>(
            `select status, username, command from cron.job_run_details
             where jobid = $1 and end_time is not null and runid > $2 order by runid`,
            [jobid, before[0]?.runid],
          )
        ).rows;
      await until("the job has run", async () => (await runs()).length > 0, 90_000);
      expect((await runs())[0]).toEqual({ status: "succeeded", username: "postgres", command: job.command });
      expect(await viewsWith(id)).toHaveLength(1);
    } finally {
      await schedule(job.schedule);
    }
  }, 120_000);

  test("on the way down to tier free only that tier's own is undone: e-mails go on being sent", async () => {
    const schedule = (calls: typeof emailCalls) =>
      scheduleCalls(client, { functionsUrl: "", secret: "", calls });
    const names = async () => (await jobs()).map(({ jobname }) => jobname);
    await schedule([...emailCalls, ...queryCalls(100)]);
    expect(await names()).toContain("lavlay-slow-queries");
    const [baseline = "", free = "", pro = ""] = folders;
    await runMigrations({
      connectionString: cron.url,
      directories: [baseline, free],
      leaving: [pro],
      report: () => {},
    });
    expect(await names()).toEqual(["forget-cron-runs", "lavlay-forget-emails", "lavlay-send-email"]);
    const { rows } = await client.query(
      "select to_regprocedure('private.call_function(text)') is not null as there",
    );
    expect(rows).toEqual([{ there: true }]);
    await schedule([]);
    expect(await names()).toEqual(["forget-cron-runs"]);
  });

  /** A post of an hour ago: a view need not hold those of this very moment. */
  async function addPost(): Promise<string> {
    const { rows: users } = await client.query<{ id: string }>(
      "insert into auth.users (id, email) values (gen_random_uuid(), 'ann@b.c') returning id",
    );
    const { rows: posts } = await client.query<{ id: string }>(
      "insert into posts (user_id, content, created_at) values ($1, 'x', now() - interval '1 hour') returning id",
      [users[0]?.id],
    );
    return posts[0]?.id as string;
  }

  /** The materialized views in which a row has that id. */
  async function viewsWith(id: string): Promise<string[]> {
    const { rows: views } = await client.query<{ name: string }>(
      "select format('%I.%I', schemaname, matviewname) as name from pg_matviews",
    );
    const found: string[] = [];
    for (const { name } of views) {
      const { rowCount } = await client.query(`select from ${name} where ${name}.id = $1`, [id]);
      if (rowCount) found.push(name);
    }
    return found;
  }
}

function byName<Named extends { readonly jobname: string }>(jobs: readonly Named[]): Named[] {
  return [...jobs].sort((a, b) => (a.jobname < b.jobname ? -1 : 1));
}

describeUnless(noDebianPostgres, "the schedules on pg_cron", () => schedules(startDebianPostgres));
describe("the schedules on the local target's stand-in", () => schedules(startStandIn));
