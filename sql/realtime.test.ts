import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { sqlFolder } from "./testing/folder.ts";

const file = readFileSync(sqlFolder("free/20260102002100_posts_realtime.sql"), "utf8");
const update = "update posts set likes_count = likes_count where false";

let postgres: TestPostgres;
let url: string;
let superuserUrl: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  ({ url, superuserUrl } = await postgres.createDatabase());
  await runMigrations({ connectionString: url, directories: [sqlFolder("baseline")], report: () => {} });
});
afterAll(() => postgres?.close());

/** What is published, as Realtime asks for it. */
const published = () =>
  query<{ tablename: string }>(
    url,
    "select tablename from pg_publication_tables where pubname = 'supabase_realtime' order by 1",
  );

describe("posts are published, and others go on", () => {
  test.each([
    ["as a new project is", "create publication supabase_realtime"],
    ["where there is no publication", ""],
    ["where they are already", "create publication supabase_realtime for table posts, comments"],
    [
      "where they are with some columns",
      "create publication supabase_realtime for table posts (id, content)",
    ],
    ["beside others", "create publication supabase_realtime for table comments"],
    ["where everything is", "create publication supabase_realtime for all tables"],
    ["where a schema is", "create publication supabase_realtime for tables in schema public"],
    [
      "where their replica identity is full",
      "create publication supabase_realtime; alter table posts replica identity full",
    ],
  ])("%s", async (_case, before) => {
    // Publishing everything is for a superuser alone, and stays one's.
    await query(superuserUrl, "drop publication if exists supabase_realtime");
    await query(superuserUrl, before);
    await query(superuserUrl, "alter publication supabase_realtime owner to postgres").catch(() => {});
    const others = (await published()).filter(({ tablename }) => tablename !== "posts");

    await query(url, file);
    await query(url, file);
    expect((await published()).filter(({ tablename }) => tablename !== "posts")).toEqual(others);
    expect(await published()).toContainEqual({ tablename: "posts" });
    await query(url, update);
    await query(superuserUrl, "alter table posts replica identity default");
  });
});

test("nobody who writes posts waits for it, nor it for them", async () => {
  await query(url, "alter publication supabase_realtime set table comments");
  const [writer, other] = [new pg.Client(url), new pg.Client(url)];
  try {
    await Promise.all([writer.connect(), other.connect()]);
    await writer.query("begin");
    await writer.query(update);
    await other.query("begin");
    await other.query("set local lock_timeout = 100");
    await other.query(file);
    await writer.query("set local lock_timeout = 100");
    await writer.query(update);
    await writer.query("commit");
    await other.query("commit");
  } finally {
    await Promise.all([writer.end(), other.end()]);
  }
  expect(await published()).toContainEqual({ tablename: "posts" });
});
