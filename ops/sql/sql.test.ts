import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { tiers } from "../../infra/settings/tiers.ts";
import { projectRoot } from "../root.ts";
import { readLeft, readSql, undoneBy, type SqlFile } from "./files.ts";

/** What those files do, each given as its statements. */
async function describeSql(...files: string[]): Promise<SqlFile[]> {
  const root = mkdtempSync(join(tmpdir(), "sql-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "sql", "free"), { recursive: true });
  for (const [index, text] of files.entries())
    writeFileSync(join(root, "sql", "free", `2026010100000${index}_file.sql`), text);
  return readSql(root, ["free"]);
}

/** The locks of one statement as `MODE table`, and what it blocks. */
async function locksOf(sql: string): Promise<{ locks: string[]; blocks?: string }> {
  const [file] = await describeSql(sql);
  expect(file?.problems).toEqual([]);
  const [statement] = file?.statements ?? [];
  return {
    locks: (statement?.locks ?? []).map(({ mode, table, lasts }) => `${mode} ${table} (${lasts})`),
    blocks: statement?.blocks,
  };
}

it.each([
  ["create index i on posts (id)", ["SHARE public.posts (work)"], "writes of public.posts"],
  [
    "create index concurrently if not exists i on posts (id)",
    ["SHARE UPDATE EXCLUSIVE public.posts (work)"],
    undefined,
  ],
  ["drop index i", ["ACCESS EXCLUSIVE undefined (moment)"], undefined],
  ["alter table posts add column a int", ["ACCESS EXCLUSIVE public.posts (moment)"], undefined],
  ["alter table posts add column a int default 1", ["ACCESS EXCLUSIVE public.posts (moment)"], undefined],
  [
    "alter table posts add column a timestamptz default now()",
    ["ACCESS EXCLUSIVE public.posts (moment)"],
    undefined,
  ],
  [
    "alter table posts add column a uuid default gen_random_uuid()",
    ["ACCESS EXCLUSIVE public.posts (work)"],
    "reads and writes of public.posts",
  ],
  [
    "alter table posts add column a bigint generated always as identity",
    ["ACCESS EXCLUSIVE public.posts (work)"],
    "reads and writes of public.posts",
  ],
  [
    "alter table posts add constraint c check (id is not null)",
    ["ACCESS EXCLUSIVE public.posts (work)"],
    "reads and writes of public.posts",
  ],
  [
    "alter table posts add constraint c check (id is not null) not valid",
    ["ACCESS EXCLUSIVE public.posts (moment)"],
    undefined,
  ],
  ["alter table posts validate constraint c", ["SHARE UPDATE EXCLUSIVE public.posts (work)"], undefined],
  [
    "alter table posts add foreign key (user_id) references auth.users (id)",
    ["SHARE ROW EXCLUSIVE public.posts (work)", "SHARE ROW EXCLUSIVE auth.users (work)"],
    "writes of public.posts, auth.users",
  ],
  [
    "alter table posts add constraint p primary key using index i",
    ["ACCESS EXCLUSIVE public.posts (moment)"],
    undefined,
  ],
  [
    "alter table posts alter column a type text",
    ["ACCESS EXCLUSIVE public.posts (work)"],
    "reads and writes of public.posts",
  ],
  [
    "alter table posts alter column a set not null",
    ["ACCESS EXCLUSIVE public.posts (work)"],
    "reads and writes of public.posts",
  ],
  [
    "alter table posts alter column a set statistics 500",
    ["SHARE UPDATE EXCLUSIVE public.posts (moment)"],
    undefined,
  ],
  [
    "alter table posts attach partition old_posts for values in (1)",
    ["SHARE UPDATE EXCLUSIVE public.posts (work)", "ACCESS EXCLUSIVE public.old_posts (work)"],
    "reads and writes of public.old_posts",
  ],
  [
    "create trigger t after insert on posts execute function f()",
    ["SHARE ROW EXCLUSIVE public.posts (moment)"],
    undefined,
  ],
  ["create policy p on posts using (true)", ["ACCESS EXCLUSIVE public.posts (moment)"], undefined],
  [
    "refresh materialized view feed",
    ["ACCESS EXCLUSIVE public.feed (work)"],
    "reads and writes of public.feed",
  ],
  ["refresh materialized view concurrently feed", ["SHARE UPDATE EXCLUSIVE public.feed (work)"], undefined],
  ["cluster posts", ["ACCESS EXCLUSIVE public.posts (work)"], "reads and writes of public.posts"],
  ["reindex table posts", ["ACCESS EXCLUSIVE public.posts (work)"], "reads and writes of public.posts"],
  ["vacuum posts", ["SHARE UPDATE EXCLUSIVE public.posts (work)"], undefined],
  ["lock table posts in share mode", ["SHARE public.posts (work)"], "writes of public.posts"],
  ["update posts set id = id", ["EXCLUSIVE public.posts (work)"], "writes of public.posts"],
  ["update posts set id = id where id is null", ["ROW EXCLUSIVE public.posts (moment)"], undefined],
  ["create table t (id int references posts (id))", ["SHARE ROW EXCLUSIVE public.posts (moment)"], undefined],
  ["create table t partition of posts default", ["ACCESS EXCLUSIVE public.posts (moment)"], undefined],
  ["alter table posts rename to old", ["ACCESS EXCLUSIVE public.posts (moment)"], undefined],
  ["create function f() returns int language sql as 'select 1'", [], undefined],
  ["grant select on posts to anon", [], undefined],
])("%s", async (sql, locks, blocks) => {
  expect(await locksOf(sql)).toEqual({ locks, blocks });
});

it.each([
  ["drop table posts", "public.posts with all rows"],
  ["truncate posts, likes", "every row of public.posts, public.likes"],
  ["delete from posts", "every row of public.posts"],
  ["delete from posts where id is null", "some rows of public.posts"],
  ["alter table posts drop column content", "column content of public.posts"],
  ["drop schema partitions", "schema partitions"],
])("%s loses what it says", async (sql, loses) => {
  const [file] = await describeSql(sql);
  expect(file?.statements[0]?.loses).toBe(loses);
});

it.each([
  ["do $$ begin end $$", /DO block/],
  ["select pgmq.create('jobs'), now()", "calls pgmq.create, now"],
])("%s cannot be told", async (sql, unknown) => {
  const [file] = await describeSql(sql);
  expect(file?.statements[0]?.unknown).toMatch(unknown);
});

it("a lock on what the same SQL has just made keeps nobody waiting", async () => {
  const [, second] = await describeSql(
    "create table t (id int); create index i on t (id)",
    "create index j on t (id); create index k on posts (id)",
  );
  expect(second?.statements.map(({ blocks }) => blocks)).toEqual([undefined, "writes of public.posts"]);
});

it("a lock is held until the end of the file's work", async () => {
  const [file] = await describeSql(
    "create policy p on users using (true); create index i on posts (id); create policy q on likes using (true)",
  );
  expect(file?.statements.map(({ blocks }) => blocks)).toEqual([
    "reads and writes of public.users",
    "writes of public.posts",
    undefined,
  ]);
});

it("what the runner refuses is told", async () => {
  const [file] = await describeSql("begin; select 1");
  expect(file?.problems).toEqual([expect.objectContaining({ value: "begin" })]);
});

it("of folders that are left, what has a way down is undone, the latest first; the rest stays", async () => {
  const root = mkdtempSync(join(tmpdir(), "sql-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const files = {
    "pro/20260101000000_view.sql": "create view v as select 1",
    "pro/20260101000000_view.down.sql": "drop view v",
    "pro/20260101000002_table.sql": "create table t (id int)",
    "team/20260101000001_index.sql": "create index concurrently if not exists i on posts (id)",
    "team/20260101000001_index.down.sql": "drop index concurrently if exists i; select 1",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, "sql", path, ".."), { recursive: true });
    writeFileSync(join(root, "sql", path), text);
  }
  const { undone, staying } = await readLeft(root, ["pro", "team", "nowhere"]);
  expect(undone.map(undoneBy)).toEqual(["team/20260101000001_index.sql", "pro/20260101000000_view.sql"]);
  expect(undone[1]?.statements[0]?.locks).toEqual([
    { table: "public.v", mode: "ACCESS EXCLUSIVE", lasts: "moment" },
  ]);
  expect(staying).toEqual(["pro/20260101000002_table.sql"]);
  // The runner refuses it with its file, long before it is needed.
  expect(undone[0]?.problems).toHaveLength(1);
  expect((await readSql(root, ["team"]))[0]?.problems).toEqual(undone[0]?.problems);
});

it("what a promotion applies keeps nobody waiting", async () => {
  for (const [from, to] of [
    ["free", "pro"],
    ["pro", "team"],
    ["team", "enterprise"],
  ] as const) {
    const applied = new Set((await readSql(projectRoot, tiers[from].sql)).map(({ label }) => label));
    const files = await readSql(projectRoot, tiers[to].sql, applied);
    const blocking = files
      .filter(({ label, statements }) => !applied.has(label) && statements.some(({ blocks }) => blocks))
      .map(({ label }) => label);
    expect(blocking).toEqual([]);
    expect(files.flatMap(({ problems }) => problems)).toEqual([]);
  }
});
