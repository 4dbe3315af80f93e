import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { isRefusal, type Problem } from "../../catalog/problem.ts";
import { useRunner } from "./testing/runner.ts";

const runner = useRunner();
const { write, run, sql, versions } = runner;

/** What a run is refused for; fails where it is not. */
async function problemsOf(running: Promise<unknown>): Promise<readonly Problem[]> {
  const error: unknown = await running.then(
    () => new Error("The run was not refused"),
    (reason: unknown) => reason,
  );
  if (!isRefusal(error)) throw error;
  return error.problems;
}

const users = "create table public.users (id uuid primary key, name text not null);";
const posts = `create table public.posts (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id),
  content text, -- what it says
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);`;
const tables = `-- é 🎉 tables\n${users}\n\n${posts}\n`;
const baseline = {
  "a/20260101000000_tables.sql": tables,
  "a/20260101000001_rule.sql":
    "alter table public.posts enable row level security; create policy ours on public.posts using (true);",
};

describe("tables that were made by hand", () => {
  test("and are all there are adopted: recorded without being run; the rest is applied", async () => {
    write(baseline);
    await sql(`${tables} alter table public.posts add column extra int;`);
    await sql("create policy theirs on public.posts for select using (true)");
    await sql("create policy never on public.posts as restrictive using (true)");
    await sql(`create function f() returns trigger language plpgsql as 'begin return new; end';
      create trigger touch before insert on public.users for each row execute function f()`);
    const first = await run(["a"]);
    expect(first).toMatchObject({ adopted: 1, applied: 1, unchanged: 0 });
    expect(first.lines).toEqual([
      "adopted a/20260101000000_tables.sql: its tables are there",
      "note: public.posts has the policy never already: it stays, and what it forbids stays forbidden, since it is restrictive",
      "note: public.posts has the policy theirs already: it stays, and what it allows stays allowed, since policies are or-ed",
      "note: public.users has the trigger touch already: it stays, and runs beside those of the files",
      "applied a/20260101000001_rule.sql (N ms)",
    ]);
    expect(await sql("select from supabase_migrations.checksums where length(sha256) = 64")).toHaveLength(2);
    expect(await run(["a"])).toMatchObject({ adopted: 0, applied: 0, unchanged: 2, lines: [] });
  });

  test("and do not fit are refused, all at once, before anything runs; the statements given put it right", async () => {
    write({ ...baseline, "a/20260100000000_first.sql": "create table public.first ();" });
    await sql(`create table public.users (id uuid, name varchar(50) not null);
      create table public."Else" (id int);
      create table public.posts (id bigint primary key, content text, created_at timestamp)`);
    // A column that another table needs, and a table of the same file that is gone.
    write({
      "a/20260101000000_tables.sql": `${tables}create table public.likes ( post_id bigint, -- which
        note text default 'a -- b, (c)' );`,
    });
    const problems = await problemsOf(run(["a"]));
    expect(problems).toEqual([
      {
        key: "public.users.id",
        value: "may be null",
        limit: "a/20260101000000_tables.sql:2 declares it not null",
        fix: "alter table public.users alter column id set not null; -- once every row has a value",
      },
      {
        key: "public.users.name",
        value: "character varying(50)",
        limit: "a/20260101000000_tables.sql:2 declares text, which is another type",
        fix: "alter table public.users alter column name type text using name::text;",
      },
      {
        key: "public.posts.user_id",
        value: "missing",
        limit: "a/20260101000000_tables.sql:6 declares it",
        fix: expect.stringMatching(
          /^alter table public\.posts add column user_id uuid not null references public\.users \(id\); -- rows/,
        ) as string,
      },
      {
        key: "public.posts.created_at",
        value: "timestamp without time zone",
        limit: "a/20260101000000_tables.sql:8 declares timestamp with time zone, which is another type",
        fix: "alter table public.posts alter column created_at type timestamp with time zone using created_at at time zone 'UTC';",
      },
      {
        key: "public.posts.created_at",
        value: "may be null",
        limit: "a/20260101000000_tables.sql:8 declares it not null",
        fix: "alter table public.posts alter column created_at set not null; -- once every row has a value",
      },
      {
        key: "public.posts.deleted_at",
        value: "missing",
        limit: "a/20260101000000_tables.sql:9 declares it",
        fix: "alter table public.posts add column deleted_at timestamptz;",
      },
      {
        key: "public.likes",
        value: "missing",
        limit: "a/20260101000000_tables.sql:11 makes it",
        fix: "create table public.likes (post_id bigint, note text default 'a -- b, (c)');",
      },
    ]);
    expect(await versions()).toEqual([]);
    expect(await sql("select to_regclass('public.first') as t")).toEqual([{ t: null }]);
    // What the reference of user_id to users needs, which is not compared.
    await sql("alter table public.users add primary key (id)");
    for (const { fix } of problems) await sql(fix);
    expect(await run(["a"])).toMatchObject({ adopted: 1, applied: 2 });
  });

  test("are compared by what a type is, not by how it is written", async () => {
    const every = `create table public.every (
      a int, b int4, c integer, d int8, e bigint, f smallint, g serial, h bigserial, i float, j real, k float8, l decimal,
      m numeric(10), n numeric(10, 2), o varchar, p varchar(5), q char, r char(3), s bool, t timestamptz(3), u timestamp,
      v timestamp with time zone, w time, x timetz(2), y interval, z interval day to second, aa interval(3), bb text[],
      cc int[][], dd jsonb, ee uuid, ff bit(3), gg varbit, hh "char", ii public.mood, jj public."Mood"[], kk date,
      ll character varying(7)[], mm inet, primary key (a, b));`;
    write({ "a/20260101000000_x.sql": every });
    await sql("create type public.mood as enum ('a'); create type public.\"Mood\" as enum ('a')");
    await sql(every);
    expect(await run(["a"])).toMatchObject({ adopted: 1 });
  });

  test.each([
    ["text", "varchar"],
    ["varchar(5)", "varchar(6)"],
    ["integer", "bigint"],
    ["numeric(10,2)", "numeric"],
    ["timestamptz", "timestamp"],
    ["timetz", "time"],
    ["text[]", "text"],
    ["json", "jsonb"],
  ])("%s is not %s", async (ours, theirs) => {
    write({ "a/20260101000000_x.sql": `create table public.t (n ${ours});` });
    await sql(`create table public.t (n ${theirs})`);
    expect(await problemsOf(run(["a"]))).toEqual([expect.objectContaining({ key: "public.t.n" })]);
  });

  test("are not adopted by a file that does more, unless it makes them only where they are not there", async () => {
    write({ "a/20260101000000_x.sql": `${users} create index on public.users (name);` });
    await sql(users);
    expect(await problemsOf(run(["a"]))).toEqual([
      expect.objectContaining({ key: "public.users", value: "is there already" }),
    ]);
    write({
      "a/20260101000000_x.sql": `${users.replace("table", "table if not exists")} create index on public.users (name);`,
    });
    expect(await run(["a"])).toMatchObject({ adopted: 0, applied: 1 });
  });

  test("a view in a table's place is told as such", async () => {
    write({ "a/20260101000000_x.sql": users });
    await sql("create view public.users as select 1 as id");
    const [problem, ...others] = await problemsOf(run(["a"]));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ key: "public.users", value: "a view" });
    await sql(problem?.fix ?? "");
    expect(await run(["a"])).toMatchObject({ applied: 1 });
  });

  test("of other schemas, or temporary ones, are nobody's business", async () => {
    await sql("create schema s; create table s.users (id int)");
    await sql("create table public.likes (id int)");
    write({
      "a/20260101000000_x.sql": `${users} create schema u; create table u.likes (a text); create temp table likes (b text);`,
    });
    expect(await run(["a"])).toMatchObject({ applied: 1 });
  });
});

describe("tables that the files made", () => {
  const changed = {
    ...baseline,
    "a/20260101000002_changed.sql": `alter table public.posts add column views int not null default 0, drop column deleted_at,
      alter column content set not null; alter table public.posts rename column content to body;
      alter table public.users alter column name type varchar(80); create table public.old (id int); drop table public.old;`,
  };

  test("are compared with what later files made of them, while something is pending", async () => {
    write(changed);
    await run(["a"]);
    write({ "a/20260101000003_y.sql": "select 1;" });
    expect(await run(["a"])).toMatchObject({ applied: 1 });
    await sql("alter table public.posts drop column views, alter column body drop not null");
    expect(await run(["a"])).toMatchObject({ applied: 0 });
    write({ "a/20260101000004_z.sql": "create table public.new (id int);" });
    expect(await problemsOf(run(["a"]))).toEqual([
      expect.objectContaining({
        key: "public.posts.views",
        value: "missing",
        limit: "a/20260101000002_changed.sql:1 declares it",
        fix: "alter table public.posts add column views int not null default 0;",
      }),
      expect.objectContaining({ key: "public.posts.body", value: "may be null" }),
    ]);
    expect(await sql("select to_regclass('public.new') as t")).toEqual([{ t: null }]);
  });

  test("one that is gone is told with the statement that makes it", async () => {
    write(baseline);
    await run(["a"]);
    await sql("drop table public.posts");
    write({ "a/20260101000003_y.sql": "select 1;" });
    const problems = await problemsOf(run(["a"]));
    expect(problems).toEqual([expect.objectContaining({ key: "public.posts", value: "missing" })]);
    await sql(problems[0]?.fix ?? "");
    expect(await run(["a"])).toMatchObject({ applied: 1 });
  });

  test("a name that a file frees may be taken by the same file: a ledger put into partitions", async () => {
    const ledger = "create table public.ledger (id bigint not null, at timestamptz not null)";
    write({
      "a/20260101000000_x.sql": `${ledger};`,
      "b/20260102000000_y.sql": `create schema parts; alter table public.ledger rename to first;
        alter table public.first set schema parts; ${ledger} partition by range (at);
        create table parts.rest partition of public.ledger default;`,
    });
    await sql(ledger);
    expect(await run(["a", "b"])).toMatchObject({ adopted: 1, applied: 1 });
    // Partitions come and go.
    await sql("drop table parts.first");
    write({ "b/20260102000001_z.sql": "select 1;" });
    expect(await run(["a", "b"])).toMatchObject({ applied: 1, unchanged: 2 });
    // And a folder that is left behind still explains what it did.
    write({ "a/20260103000000_z.sql": "select 1;" });
    expect(await run(["a"], { leaving: [runner.folder("b")] })).toMatchObject({ applied: 1, unchanged: 1 });
  });
});

test("the project's own SQL is applied to tables of its own that were made by hand, tier by tier", async () => {
  const folder = (name: string) => resolve(__dirname, "../../sql", name);
  const made = "20260101000000_tables.sql";
  await sql(readFileSync(join(folder("baseline"), made), "utf8"));
  const folders = ["baseline", "free", "pro", "team"].map(folder);
  const first = await run([], { directories: folders.slice(0, 2) });
  expect(first.lines[0]).toBe(`adopted baseline/${made}: its tables are there`);
  for (const length of [3, 4]) {
    expect(await run([], { directories: folders.slice(0, length) })).toMatchObject({ adopted: 0 });
  }
});
