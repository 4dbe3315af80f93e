import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { query, startTestPostgres, type TestPostgres } from "../../local/services/postgres/testing.ts";
import { until } from "../../testing/until.ts";
import { hashOfMigrations } from "./migrations.ts";
import { runMigrations } from "./run.ts";

const root = resolve(__dirname, "../..");
let postgres: TestPostgres;
let url: string;
let directory: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.close());
beforeEach(async () => {
  ({ url } = await postgres.createDatabase());
  directory = mkdtempSync(join(tmpdir(), "lavlay-sql-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** Writes files by `folder/name`; returns their folders in order of appearance. */
function write(files: Record<string, string>): string[] {
  const folders = new Set<string>();
  for (const [path, sql] of Object.entries(files)) {
    const folder = join(directory, path.split("/")[0]!);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(directory, path), sql);
    folders.add(folder);
  }
  return [...folders];
}

async function run(
  directories: string[],
  { lines = [], ...options }: { lockTimeoutMs?: number; lines?: string[] } = {},
) {
  const result = await runMigrations({
    connectionString: url,
    directories,
    report: (line) => lines.push(line),
    ...options,
  });
  return { ...result, lines };
}

/** The command as the program runs it. */
function start(directories: string[], environment: Record<string, string> = { DATABASE_URL: url }) {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "infra/database/migrate.ts", ...directories.flatMap((folder) => ["--dir", folder])],
    { cwd: root, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  children.push(child);
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  child.stderr.on("data", (data) => (output += String(data)));
  const ended = new Promise<{ code: number | null; output: string }>((done) =>
    child.on("close", (code) => done({ code, output })),
  );
  return { child, ended };
}

const versions = async () =>
  (
    await query<{ version: string }>(
      url,
      "select version from supabase_migrations.schema_migrations order by 1",
    )
  ).map(({ version }) => version);

const table = "create table public.t (id int, n int);";
const index = "create index concurrently if not exists t_n on public.t (n);";

describe("a run", () => {
  test("applies files in the order of versions across folders, records them, and does nothing the second time", async () => {
    const folders = write({
      "b/20260101000001_second.sql": "insert into t values (2, 2); insert into t select count(*), 0 from t;",
      "b/20260101000003_index.sql": `-- é\n${index}`,
      "a/20260101000000_first.sql": `-- first\n${table}`,
      "a/20260101000002_third.sql": "delete from t where id = 1;",
      "a/README.md": "not SQL",
    });
    const first = await run(folders);
    expect(first).toMatchObject({ applied: 4, unchanged: 0 });
    expect(first.lines.map((line) => line.replace(/\d+ ms/, "N ms"))).toEqual([
      "applied a/20260101000000_first.sql (N ms)",
      "applied b/20260101000001_second.sql (N ms)",
      "applied a/20260101000002_third.sql (N ms)",
      "applied b/20260101000003_index.sql (N ms)",
    ]);
    expect(
      await query(
        url,
        "select * from supabase_migrations.schema_migrations where version = '20260101000001'",
      ),
    ).toEqual([
      {
        version: "20260101000001",
        name: "second",
        statements: ["insert into t values (2, 2)", "insert into t select count(*), 0 from t"],
      },
    ]);
    expect(await run(folders)).toMatchObject({ applied: 0, unchanged: 4, lines: [] });
  });

  test("refuses an edited file and a late one by name, all at once, and applies nothing", async () => {
    await run(write({ "a/20260101000000_x.sql": table, "a/20260101000002_y.sql": "select 1;" }));
    const folders = write({
      "a/20260101000000_x.sql": "create table other ();",
      "a/20260101000001_late.sql": "create table late ();",
      "a/20260101000003_new.sql": "create table new ();",
    });
    await expect(run(folders)).rejects.toThrow(
      /a\/20260101000000_x\.sql: SHA-256 [0-9a-f]{64}, but it was applied with SHA-256 [0-9a-f]{64}.*\n.*a\/20260101000001_late\.sql.*a\/20260101000002_y\.sql comes after it/,
    );
    expect(await versions()).toHaveLength(2);
  });

  test("line ends and a byte order mark are no edit", async () => {
    await run(write({ "a/20260101000000_x.sql": "select 1;\nselect 2;\n" }));
    expect(await run(write({ "a/20260101000000_x.sql": "\uFEFFselect 1;\r\nselect 2;\r\n" }))).toMatchObject({
      unchanged: 1,
    });
  });

  test("a higher tier's folder may come later although its versions are earlier", async () => {
    const free = write({ "free/20260101000009_x.sql": table });
    await run(free);
    const pro = write({ "pro/20260101000001_y.sql": "alter table t add m int;" });
    expect(await run([...free, ...pro])).toMatchObject({ applied: 1, unchanged: 1 });
  });

  test("accepts what the Supabase CLI applied", async () => {
    await query(url, "create schema supabase_migrations");
    await query(url, "create table supabase_migrations.schema_migrations (version text primary key)");
    await query(url, "insert into supabase_migrations.schema_migrations values ('20260101000000')");
    const folders = write({ "a/20260101000000_x.sql": "select 1/0;", "a/20260101000001_y.sql": table });
    expect(await run(folders)).toMatchObject({ applied: 1, unchanged: 1 });
  });

  test("an error names file and line and undoes the whole file", async () => {
    const folders = write({ "a/20260101000000_x.sql": `-- é 🎉\n${table}\n\nselect '🎉',\n  missing;` });
    await expect(run(folders)).rejects.toThrow(
      'a/20260101000000_x.sql:5: column "missing" does not exist (42703)',
    );
    expect(await versions()).toEqual([]);
    expect(await query(url, "select to_regclass('public.t') as t")).toEqual([{ t: null }]);
  });

  test("two at once apply everything once", async () => {
    const folders = write({
      "a/20260101000000_x.sql": `${table} select pg_sleep(0.3);`,
      "a/20260101000001_y.sql": index,
      "a/20260101000002_z.sql": "insert into t values (1, 1);",
    });
    const results = await Promise.all([run(folders), run(folders), run(folders)]);
    expect(results.map(({ applied }) => applied).sort()).toEqual([0, 0, 3]);
    expect(await query(url, "select * from t")).toEqual([{ id: 1, n: 1 }]);
  });

  test("gives way to a long lock, then succeeds", async () => {
    await run(write({ "a/20260101000000_x.sql": table }));
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query("begin; lock table t");
    const folders = write({ "a/20260101000001_y.sql": "alter table t add m int;" });
    const lines: string[] = [];
    const running = run(folders, { lockTimeoutMs: 50, lines });
    await until("it tries again", () => lines.join().includes("trying again (2 of 40)"));
    await holder.end();
    expect((await running).applied).toBe(1);
  });
});

describe("CREATE INDEX CONCURRENTLY", () => {
  test("an INVALID leftover of that name, on that table, is dropped and built again", async () => {
    const first = write({ "a/20260101000000_x.sql": `${table} create schema s; create table s.t (n int);` });
    await run(first);
    // A unique index on duplicate rows fails and stays behind.
    await query(url, "insert into t values (1, 1), (2, 1)");
    await query(url, "insert into s.t values (1), (1)");
    for (const name of ["public.t", "s.t"]) {
      await query(url, `create unique index concurrently t_n on ${name} (n)`).catch(() => {});
    }
    await run(write({ "a/20260101000001_y.sql": index }));
    const validity = `select indrelid::regclass::text as table, indisvalid as valid, indisunique as unique
      from pg_index where indexrelid in (to_regclass('public.t_n'), to_regclass('s.t_n')) order by 1`;
    expect(await query(url, validity)).toEqual([
      { table: "s.t", valid: false, unique: true },
      { table: "t", valid: true, unique: false },
    ]);
  });

  test("a failed build leaves nothing behind and can be repeated", async () => {
    const folders = write({
      "a/20260101000000_x.sql": `${table} insert into t values (1, 1), (2, 1);`,
      "a/20260101000001_y.sql": index.replace("index", "unique index"),
    });
    await expect(run(folders)).rejects.toThrow("a/20260101000001_y.sql:1: could not create unique index");
    expect(await query(url, "select to_regclass('t_n') as i")).toEqual([{ i: null }]);
    await query(url, "delete from t where id = 2");
    expect(await run(folders)).toMatchObject({ applied: 1 });
  });

  test("a name taken by an index of another table is refused", async () => {
    const folders = write({
      "a/20260101000000_x.sql": `${table} create table u (n int); create index t_n on u (n);`,
      "a/20260101000001_y.sql": index,
    });
    await expect(run(folders)).rejects.toThrow(
      "the name t_n is taken by something that is not an index of this table",
    );
    expect(await versions()).toEqual(["20260101000000"]);
  });

  test.each([
    ["in a file with others", `${index} select 1;`, "the only statement of its file"],
    ["without a name", "create unique index concurrently on t (n);", "Name the index"],
    ["without IF NOT EXISTS", "create index concurrently x on t (n);", "IF NOT EXISTS"],
    ["dropped without IF EXISTS", "drop index concurrently x;", "IF EXISTS"],
    ["as a reindex", "reindex table concurrently t;", "by hand"],
    ["as a detached partition", "alter table p detach partition q concurrently;", "by hand"],
    ["with its own transaction", "begin; select 1; commit;", "Leave BEGIN"],
    ["with a mistake", "select 1;\n-- é 🎉\nselect\n  from from;", "a/20260101000000_x.sql:4: syntax error"],
  ])("refused before a connection is made: %s", async (_case, sql, message) => {
    const folders = write({ "a/20260101000000_x.sql": sql });
    const options = {
      connectionString: "postgresql://nobody@127.0.0.1:1/",
      directories: folders,
      report: () => {},
    };
    await expect(runMigrations(options)).rejects.toThrow(message);
  });
});

describe("killed", () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  /** Between 0 and 1, the same for the same seed. */
  const random = (n: number) => Math.abs(Math.sin(seed * 9301 + n * 49297)) % 1;

  test("at random moments, runs go on where they stopped, nothing lost, nothing twice", async () => {
    const files: Record<string, string> = { "a/20260101000000_x.sql": table };
    for (let i = 1; i <= 9; i++) {
      files[`a/2026010100000${i}_s.sql`] =
        i % 3 === 0
          ? `create index concurrently if not exists t_${i} on t ((n + ${i}));`
          : `insert into t values (${i}, ${i}); select pg_sleep(0.1); insert into t select 100 + ${i}, g from generate_series(1, 3000) g;`;
    }
    const folders = write(files);
    console.log(`seed ${seed}`);
    let kills = 0;
    for (let n = 0; ; n++) {
      const { child, ended } = start(folders);
      // The moments lie in the work: from the first file on that is told of.
      if (n < 5) child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), random(n) * 100));
      const { code, output } = await ended;
      if (code === null) {
        kills++;
        continue;
      }
      expect({ code, output }).toMatchObject({ code: 0 });
      if (n >= 5) break;
    }
    expect(kills).toBeGreaterThan(0);
    expect(await versions()).toHaveLength(10);
    expect(
      await query(url, "select count(*)::int, count(distinct (id, n))::int as different from t"),
    ).toEqual([{ count: 6 * 3001, different: 6 * 3001 }]);
    expect(
      await query(url, "select from pg_index where indrelid = 't'::regclass and indisvalid"),
    ).toHaveLength(3);
  });

  test("in the middle of a concurrent build, after which only its INVALID index is there", async () => {
    const x = write({ "a/20260101000000_x.sql": `${table} insert into t values (1, 1);` });
    await run(x);
    write({ "a/20260101000001_y.sql": index });
    // An old transaction that has written keeps the build waiting.
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query("begin");
    await holder.query("insert into t values (2, 2)");
    const { child, ended } = start(x);
    await until(
      "the index is begun",
      async () => (await query(url, "select from pg_index where indrelid = 't'::regclass")).length > 0,
    );
    child.kill("SIGKILL");
    await ended;
    // The server's side of the killed run goes too, as after a crash or a cut connection.
    await query(
      postgres.server.superuserUrl,
      "select pg_terminate_backend(pid) from pg_stat_progress_create_index",
    );
    await until(
      "the server has ended it",
      async () => (await query(url, "select from pg_stat_progress_create_index")).length === 0,
    );
    await holder.query("commit");
    await holder.end();
    expect(await query(url, "select indisvalid from pg_index where indrelid = 't'::regclass")).toEqual([
      { indisvalid: false },
    ]);
    expect(await run(x)).toMatchObject({ applied: 1, unchanged: 1 });
    expect(await query(url, "select indisvalid from pg_index where indrelid = 't'::regclass")).toEqual([
      { indisvalid: true },
    ]);
  });

  test("after a concurrent build, before it was recorded", async () => {
    await run(write({ "a/20260101000000_x.sql": table }));
    await query(url, index);
    expect(await run(write({ "a/20260101000001_y.sql": index }))).toMatchObject({ applied: 1 });
  });
});

describe("the command", () => {
  test("says what it did, never the connection string or the password; exit code 0", async () => {
    const folders = write({ "a/20260101000000_x.sql": table });
    const { code, output } = await start(folders).ended;
    expect(code).toBe(0);
    expect(output).toMatch(
      /^applied a\/20260101000000_x\.sql \(\d+ ms\)\n1 applied, 0 in place already \(\d+ ms\)\n$/,
    );
  });

  test("masks a secret that comes back in an error; exit code 1", async () => {
    const password = decodeURIComponent(new URL(url).password);
    const folders = write({ "a/20260101000000_x.sql": `do $$ begin raise exception '${password}'; end $$;` });
    const { code, output } = await start(folders).ended;
    expect({ code, output }).toEqual({ code: 1, output: "a/20260101000000_x.sql:1: [secret] (P0001)\n" });
  });

  test("a wrong password is told at once; exit code 1", async () => {
    const wrong = new URL(url);
    wrong.password = "other";
    const { code, output } = await start(write({ "a/20260101000000_x.sql": table }), {
      DATABASE_URL: wrong.href,
    }).ended;
    expect(code).toBe(1);
    expect(output).toContain("password authentication failed");
    expect(output).not.toContain("other");
  });

  test.each([
    ["no folder", [], {}, "--dir is missing"],
    ["no address", ["sql/baseline"], { DATABASE_URL: "" }, "DATABASE_URL is not set"],
    ["no URL", ["sql/baseline"], { DATABASE_URL: "hunter2" }, "DATABASE_URL is not a URL"],
    [
      "a missing folder",
      ["sql/nowhere"],
      { DATABASE_URL: "postgres://a@127.0.0.1:1/" },
      "sql/nowhere: not a folder",
    ],
  ])("wrong use is told with exit code 2: %s", async (_case, folders, environment, message) => {
    const { code, output } = await start(folders, environment as Record<string, string>).ended;
    expect(code).toBe(2);
    expect(output).toContain(message);
    expect(output).not.toContain("hunter2");
  });

  test("waits for a database that is not there yet", async () => {
    const lines: string[] = [];
    const options = {
      connectionString: "postgresql://a:b@127.0.0.1:1/c",
      directories: write({ "a/20260101000000_x.sql": table }),
      report: (line: string) => lines.push(line),
      connectLimitMs: 500,
    };
    await expect(runMigrations(options)).rejects.toThrow("ECONNREFUSED");
    expect(lines).toEqual(["waiting for the database to accept connections"]);
  });
});

describe("files", () => {
  test("misnamed ones and versions used twice are refused together", () => {
    const folders = write({
      "a/20260101000000_x.sql": "",
      "b/20260101000000_y.sql": "",
      "b/1_short.sql": "",
      "b/20260101000001_Upper Case.sql": "",
    });
    expect(() => hashOfMigrations(folders)).toThrow(
      /(?=[^]*b\/1_short\.sql)(?=[^]*Upper Case\.sql)(?=[^]*b\/20260101000000_y\.sql: version 20260101000000, but a\/20260101000000_x\.sql)/,
    );
  });

  test("the hash follows names and contents, not where they lie", () => {
    const folders = write({ "a/20260101000000_x.sql": "select 1;" });
    const hash = hashOfMigrations(folders);
    expect(hashOfMigrations(write({ "a/20260101000000_x.sql": "select 1;\r\n".trimEnd() }))).toBe(hash);
    expect(hashOfMigrations(write({ "a/20260101000000_x.sql": "select 2;" }))).not.toBe(hash);
  });
});
