import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { undrained } from "../infra/database/undrained.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";

const folder = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const free = ["baseline", "free"];
const pro = [...free, "pro"];
const team = [...pro, "team"];

let postgres: TestPostgres;
let url: string;
let superuserUrl: string;
let client: pg.Client;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.close());
beforeEach(async () => {
  ({ url, superuserUrl } = await postgres.createDatabase());
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterEach(() => client.end());

const migrate = (folders: readonly string[]) =>
  runMigrations({ connectionString: url, directories: folders.map(folder), report: () => {} });

/** What makes up the schema, in words that are the same for the same schema. */
async function schema(): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    with ours as (select oid, nspname from pg_namespace where nspname in ('public', 'partitions'))
    select format('column %s.%s %s %s %s', nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull) as line
      from pg_attribute join pg_class on pg_class.oid = attrelid join ours on ours.oid = relnamespace
      where attnum > 0 and not attisdropped and relkind in ('r', 'p', 'm')
    union select indexdef from pg_indexes join ours on nspname = schemaname
    union select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid))
      from pg_constraint join ours on ours.oid = connamespace
    union select format('policy %s %s %s %s %s', tablename, policyname, roles, cmd, qual) from pg_policies join ours on nspname = schemaname
    union select format('grant %s %s %s', table_name, grantee, privilege_type)
      from information_schema.role_table_grants join ours on nspname = table_schema
    union select pg_get_triggerdef(pg_trigger.oid) from pg_trigger join pg_class on pg_class.oid = tgrelid
      join ours on ours.oid = relnamespace where not tgisinternal
    union select pg_get_functiondef(pg_proc.oid) from pg_proc join ours on ours.oid = pronamespace
    order by 1`);
  return rows.map(({ line }) => line);
}

async function signUp(email: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    "insert into auth.users (id, email) values (gen_random_uuid(), $1) returning id",
    [email],
  );
  return rows[0]!.id;
}
const points = async (user: string) =>
  (await client.query<{ points: number }>("select points from users where id = $1", [user])).rows[0]?.points;
const earn = (user: string, amount: number, at = "now()") =>
  client.query(
    `insert into points_transactions (user_id, amount, reason, created_at) values ($1, $2, 'test', ${at})`,
    [user, amount],
  );

describe("a promotion", () => {
  test("step by step leads to the same schema as at once", async () => {
    await migrate(free);
    await migrate(pro);
    await migrate(team);
    const stepped = await schema();
    await client.end();
    ({ url } = await postgres.createDatabase());
    client = new pg.Client({ connectionString: url });
    await client.connect();
    await migrate(team);
    expect(await schema()).toEqual(stepped);
    expect(await migrate(team)).toMatchObject({ applied: 0 });
  });

  test("keeps every row of the ledger, and every sum", async () => {
    await migrate(free);
    const users = await Promise.all(["ann@b.c", "bob@b.c"].map(signUp));
    for (const [index, user] of users.entries()) {
      await earn(user, 10 + index, "now() - interval '2 years'");
      await earn(user, 5);
    }
    const ledger = "select id, user_id, amount, reason, created_at from points_transactions order by id";
    const { rows: before } = await client.query(ledger);
    await migrate(team);
    expect((await client.query(ledger)).rows).toEqual(before);
    expect(await Promise.all(users.map(points))).toEqual([15, 16]);

    await earn(users[0]!, 7);
    await earn(users[0]!, 1, "now() + interval '2 months'");
    await earn(users[0]!, 1, "now() + interval '5 years'");
    expect(await points(users[0]!)).toBe(24);
    const { rows } = await client.query(
      "select id, tableoid::regclass::text as part from points_transactions",
    );
    expect(new Set(rows.map(({ id }) => id)).size).toBe(7);
    expect(new Set(rows.map(({ part }) => part))).toEqual(
      new Set([
        "partitions.points_transactions_first",
        expect.stringMatching(/^partitions\.points_transactions_\d{4}_\d\d$/),
        "partitions.points_transactions_default",
      ]),
    );
    await expect(earn(users[1]!, -100)).rejects.toThrow(/users_points_check/);
  });

  test("makes the partitions of the coming months once", async () => {
    await migrate(team);
    const make = async (months: number) =>
      (await client.query<{ made: number }>("select make_points_partitions($1) as made", [months])).rows[0]
        ?.made;
    expect([await make(3), await make(5), await make(5)]).toEqual([0, 2, 0]);
  });

  test("puts old months away; nobody's points change", async () => {
    await migrate(team);
    const user = await signUp("ann@b.c");
    await earn(user, 10);
    await earn(user, 5, "now() + interval '2 months'");
    const retire = async (olderThan: string) =>
      (await client.query<{ name: string }>("select retire_points_partitions($1) as name", [olderThan])).rows;
    expect(await retire("24 months")).toEqual([]);
    // As if two months had passed: the first partition is over.
    expect(await retire("-2 months")).toContainEqual({ name: "points_transactions_first" });
    expect((await client.query("select amount from retired.points_transactions_first")).rows).toEqual([
      { amount: 10 },
    ]);
    expect((await client.query("select amount from points_transactions")).rows).toEqual([{ amount: 5 }]);
    expect(await points(user)).toBe(15);
  });

  test("schedules its work once, however often it is applied", async () => {
    await migrate(team);
    const { rows } = await client.query("select jobname, schedule from cron.job order by jobname");
    expect(rows).toEqual([
      { jobname: "add-noted-counts", schedule: "*/5 * * * *" },
      { jobname: "forget-cron-runs", schedule: "17 3 * * *" },
      { jobname: "make-points-partitions", schedule: "3 3 * * *" },
      { jobname: "refresh-feed", schedule: "*/5 * * * *" },
      { jobname: "retire-points-partitions", schedule: "33 3 * * *" },
    ]);
  });
});

describe("a way down", () => {
  test("names what nobody would care for any more", async () => {
    await migrate(team);
    const down = () => undrained(client, { from: team, to: pro });
    expect(await down()).toEqual([]);
    for (let attempt = 0; attempt < 6; attempt++) {
      if (attempt === 0) await client.query("select enqueue_job('poison')");
      await client.query("select read_jobs(1, 0)");
    }
    await client.query("select enqueue_job('mail'), enqueue_job('mail', '{}', 3600)");
    expect((await down()).map(({ key, value }) => [key, value])).toEqual([
      ["queue jobs", expect.stringMatching(/^2 waiting, the oldest for \d+ s$/)],
      ["queue dead_jobs", "1 that failed five times"],
    ]);
    expect(await undrained(client, { from: team, to: team })).toEqual([]);
    await client.query("select pgmq.purge_queue('jobs'), pgmq.purge_queue('dead_jobs')");
    expect(await down()).toEqual([]);
  });

  test("names a database that is too large for the plan", async () => {
    const holding = (holdsGigabytes: number) => undrained(client, { from: free, to: free, holdsGigabytes });
    expect(await holding(0.5)).toEqual([]);
    expect(await holding(0.001)).toEqual([
      expect.objectContaining({ key: "database", limit: expect.stringContaining("holds 0.001 GB") }),
    ]);
  });

  test("finds nothing in a database that never had a queue", async () => {
    await migrate(free);
    expect(await undrained(client, { from: team, to: free })).toEqual([]);
  });
});

test("the superuser sees what the project's owner has made", async () => {
  await migrate(team);
  expect(await query(superuserUrl, "select username from cron.job group by username")).toEqual([
    { username: "postgres" },
  ]);
});
