import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { until } from "../../testing/until.ts";
import { hashOfMigrations } from "./migrations.ts";
import { useRunner } from "./testing/runner.ts";

const runner = useRunner();
const { write, run, sql, versions, folder } = runner;
const leave = (options = {}) => run(["a"], { leaving: [folder("b")], ...options });
const hash = (...leaving: string[]) => hashOfMigrations([folder("a")], leaving.map(folder));

const files = {
  "a/20260101000000_x.sql": "create table public.t (id int, n int);",
  "b/20260101000001_view.sql": "create view public.v as select id from public.t;",
  "b/20260101000001_view.down.sql": "-- é 🎉\ndrop view public.v;",
  "b/20260101000002_index.sql": "create index concurrently if not exists t_n on public.t (n);",
  "b/20260101000002_index.down.sql": "drop index concurrently if exists public.t_n;",
  "b/20260101000003_stays.sql": "create table public.kept (id int);",
  "b/20260101000004_view_of_view.sql": "create view public.w as select * from public.v;",
  "b/20260101000004_view_of_view.down.sql": "drop view public.w;",
};

const there = () =>
  sql("select relname from pg_class where relnamespace = 'public'::regnamespace order by 1").then((rows) =>
    (rows as { relname: string }[]).map(({ relname }) => relname),
  );

describe("leaving a folder", () => {
  test("undoes what has a way down, the latest first, before anything is applied; the rest stays", async () => {
    write(files);
    expect(await run(["a", "b"])).toMatchObject({ applied: 5 });
    write({ "a/20260101000009_y.sql": "create table public.last (id int);" });
    const { lines, ...result } = await leave();
    expect(result).toEqual({ applied: 1, unchanged: 1, adopted: 0, left: 3 });
    expect(lines).toEqual([
      "left b/20260101000004_view_of_view.sql (N ms)",
      "left b/20260101000002_index.sql (N ms)",
      "left b/20260101000001_view.sql (N ms)",
      "applied a/20260101000009_y.sql (N ms)",
    ]);
    expect(await there()).toEqual(["kept", "last", "t"]);
    expect(await versions()).toEqual(["20260101000000", "20260101000003", "20260101000009"]);
    expect(await sql("select from supabase_migrations.checksums")).toHaveLength(3);
    expect(await leave()).toMatchObject({ left: 0, applied: 0, unchanged: 2, lines: [] });
  });

  test("can be followed by coming back, over what stayed", async () => {
    write(files);
    await run(["a", "b"]);
    await leave();
    expect(await run(["a", "b"])).toMatchObject({ applied: 3, unchanged: 2 });
    expect(await there()).toEqual(["kept", "t", "t_n", "v", "w"]);
    // Where nothing was left, a file that comes too late is refused as ever.
    write({ "b/20251231000000_late.sql": "select 1;" });
    await expect(run(["b"])).rejects.toThrow("comes after it and is applied already");
  });

  test("that was never applied does nothing, whatever is in it", async () => {
    write(files);
    expect(await leave()).toMatchObject({ left: 0, applied: 1 });
    write({ "b/20260101000003_stays.sql": "select 2;", "b/20260101000000_early.sql": "select 1;" });
    await expect(leave()).rejects.toThrow("has the same version");
    rmSync(folder("b/20260101000000_early.sql"));
    expect(await leave()).toMatchObject({ left: 0, unchanged: 1 });
  });

  test("frees the names of the tables that a way down drops", async () => {
    write({
      "a/20260101000000_x.sql": "create table public.t (id int);",
      "b/20260101000001_y.sql": "create table public.u (id int);",
      "b/20260101000001_y.down.sql": "drop table public.u;",
    });
    await run(["a", "b"]);
    write({ "a/20260101000002_z.sql": "create table public.u (id text); select 1;" });
    expect(await leave()).toMatchObject({ left: 1, applied: 1 });
  });

  test("undoes all of a file or nothing, and names file and line", async () => {
    write({ ...files, "b/20260101000001_view.down.sql": "drop view public.v;\nselect missing;" });
    await run(["a", "b"]);
    await expect(leave()).rejects.toThrow(
      'b/20260101000001_view.down.sql:2: column "missing" does not exist',
    );
    expect(await versions()).toEqual(["20260101000000", "20260101000001", "20260101000003"]);
    expect(await there()).toEqual(["kept", "t", "v"]);
    write(files);
    expect(await leave()).toMatchObject({ left: 1 });
    expect(await there()).toEqual(["kept", "t"]);
  });

  test("gives way to a long lock, then succeeds", async () => {
    write(files);
    await run(["a", "b"]);
    const holder = new pg.Client({ connectionString: runner.url });
    await holder.connect();
    await holder.query("begin; select * from public.w");
    const lines: string[] = [];
    const running = leave({
      lockTimeoutMs: 50,
      report: (line: string) => {
        lines.push(line);
        if (line.includes("trying again (2 of 40)")) void holder.end();
      },
    });
    expect(await running).toMatchObject({ left: 3 });
    expect(lines[0]).toContain("b/20260101000004_view_of_view.down.sql:1: canceling statement");
  });
});

describe("refused before anything runs", () => {
  test("a way down without the file that it undoes", async () => {
    write({ ...files, "b/20260101000005_alone.down.sql": "select 1;" });
    await expect(leave()).rejects.toThrow(
      /b\/20260101000005_alone\.down\.sql: a way down, but there is no b\/20260101000005_alone\.sql/,
    );
    expect(() => hash("b")).toThrow("20260101000005_alone");
  });

  test("a way down of a file that changed since it was applied; one that stays may have", async () => {
    write(files);
    await run(["a", "b"]);
    write({ "b/20260101000001_view.sql": "select 2;", "b/20260101000003_stays.sql": "select 2;" });
    await expect(leave()).rejects.toThrow(
      /refused:\n.*b\/20260101000001_view\.sql: SHA-256 [0-9a-f]{64}, but it was applied with SHA-256 [0-9a-f]{64}[^\n]*$/,
    );
    expect(await versions()).toHaveLength(5);
  });

  test("what no file may do, and a mistake, also in a folder that is not left", async () => {
    write({ ...files, "a/20260101000000_x.down.sql": "begin; select from from;" });
    await expect(run(["a"])).rejects.toThrow("a/20260101000000_x.down.sql:1: syntax error");
    write({ "a/20260101000000_x.down.sql": "drop index concurrently x;" });
    await expect(run(["a"])).rejects.toThrow("a/20260101000000_x.down.sql:1: drop index concurrently x");
  });

  test("a folder that is to be applied and left at once", async () => {
    write(files);
    await expect(run(["a"], { leaving: [folder("a")] })).rejects.toThrow("to be applied and to be left");
  });
});

describe("interrupted", () => {
  /** The command as the program runs it. */
  function start() {
    const args = [
      "--import",
      "tsx",
      "infra/database/migrate.ts",
      "--dir",
      folder("a"),
      "--leave",
      folder("b"),
    ];
    const child = spawn(process.execPath, args, {
      cwd: resolve(__dirname, "../.."),
      env: { ...process.env, DATABASE_URL: runner.url },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (output += String(data)));
    const ended = new Promise<{ code: number | null; output: string }>((done) =>
      child.on("close", (code) => done({ code, output })),
    );
    return { child, ended };
  }

  test("killed in the middle of a way down, the next run goes on; the command says what it did", async () => {
    const slow = "drop view public.v; select pg_sleep(60) as slow;";
    write({ ...files, "b/20260101000001_view.down.sql": slow });
    await run(["a", "b"]);
    const asleep =
      "select pid from pg_stat_activity where query like '%as slow%' and pid <> pg_backend_pid()";
    const { child, ended } = start();
    await until("it has begun", async () => (await sql(asleep)).length > 0);
    child.kill("SIGKILL");
    expect(await ended).toMatchObject({ code: null });
    // The server's side of the killed run goes too, as after a crash or a cut connection.
    await sql(asleep.replace("select pid", "select pg_terminate_backend(pid)"));
    await until("the server has ended it", async () => (await sql(asleep)).length === 0);
    expect(await versions()).toEqual(["20260101000000", "20260101000001", "20260101000003"]);
    expect(await there()).toEqual(["kept", "t", "v"]);
    write(files);
    const { code, output } = await start().ended;
    expect({ code, output: output.replace(/\d+ ms/g, "N ms") }).toEqual({
      code: 0,
      output: "left b/20260101000001_view.sql (N ms)\n1 left, 0 applied, 1 in place already (N ms)\n",
    });
  });

  test("after a concurrent drop, before it was taken out of the history", async () => {
    write(files);
    await run(["a", "b"]);
    await sql("drop index public.t_n");
    expect(await leave()).toMatchObject({ left: 3 });
    expect(await versions()).toEqual(["20260101000000", "20260101000003"]);
  });
});

test("the hash covers what is to be left as well, and nothing else of those folders", () => {
  write(files);
  const before = hash("b");
  expect(before).not.toBe(hash());
  write({ "b/20260101000003_stays.sql": "select 2;", "b/20260101000001_view.sql": "select 2;" });
  expect(hash("b")).toBe(before);
  write({ "b/20260101000001_view.down.sql": "select 2;" });
  expect(hash("b")).not.toBe(before);
});
