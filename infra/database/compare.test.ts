import { expect, test } from "vitest";
import { compareDatabase } from "./compare.ts";
import { useRunner } from "./testing/runner.ts";

const runner = useRunner();
const users = "create table public.users (id uuid primary key, name text not null);";
const files = {
  "a/20260101000000_users.sql": users,
  "a/20260101000001_index.sql": "create index users_by_name on public.users (name);",
};
const compare = (leaving: readonly string[] = []) =>
  compareDatabase({
    connectionString: runner.url,
    directories: [runner.folder("a")],
    leaving: leaving.map(runner.folder),
    connectLimitMs: 10_000,
  });
const tablesOfRuns = () =>
  runner.sql("select 1 from pg_namespace where nspname = 'supabase_migrations'").then((rows) => rows.length);

test("a database that no run has met has all before it, and is left as it is", async () => {
  runner.write(files);
  expect(await compare()).toEqual({ pending: 2, adopted: 0, undone: 0 });
  expect(await tablesOfRuns()).toBe(0);
});

test("tables that were made by hand would be adopted", async () => {
  runner.write(files);
  await runner.sql(users);
  expect(await compare()).toEqual({ pending: 2, adopted: 1, undone: 0 });
  expect(await tablesOfRuns()).toBe(0);
});

test("what a run would refuse is refused, with the statement that puts it right", async () => {
  runner.write(files);
  await runner.sql("create table public.users (id uuid primary key)");
  await expect(compare()).rejects.toMatchObject({
    problems: [
      { key: "public.users.name", value: "missing", fix: expect.stringContaining("add column name") },
    ],
  });
});

test("after a run there is nothing left, and a file that was edited since is refused", async () => {
  runner.write(files);
  await runner.run(["a"]);
  expect(await compare()).toEqual({ pending: 0, adopted: 0, undone: 0 });
  runner.write({ "a/20260101000001_index.sql": "create index users_by_name on public.users (name desc);" });
  await expect(compare()).rejects.toThrow(/20260101000001_index\.sql/);
});

test("a folder that is left, and has a way down, would be undone", async () => {
  runner.write({
    ...files,
    "b/20260102000000_view.sql": "create view public.names as select name from public.users;",
    "b/20260102000000_view.down.sql": "drop view public.names;",
  });
  await runner.run(["a", "b"]);
  expect(await compare(["b"])).toEqual({ pending: 0, adopted: 0, undone: 1 });
});

test("a history without checksums, as the Supabase CLI keeps it, is read", async () => {
  runner.write(files);
  await runner.sql(`
    ${users}
    create schema supabase_migrations;
    create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
    insert into supabase_migrations.schema_migrations (version) values ('20260101000000');
  `);
  expect(await compare()).toEqual({ pending: 1, adopted: 0, undone: 0 });
});
