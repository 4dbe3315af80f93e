import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { noPgBouncer, startPgBouncer, type PgBouncer } from "../testing/pgbouncer.ts";
import { describeUnless } from "../testing/skip.ts";

const CLIENTS = 40;
const SESSIONS = 3;
const folders = ["baseline", "free", "pro", "team"].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);
const userId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const users = Array.from({ length: CLIENTS }, (_, n) => userId(n + 1));
const author = userId(999);

/** What one transaction must not leave to the next, whoever has the session then. */
const sessionState = `select session_user, current_user, current_setting('role') as role,
  coalesce(current_setting('request.jwt.claims', true), '') as claims, current_setting('search_path') as path,
  current_setting('statement_timeout') as statement_timeout, current_setting('lock_timeout') as lock_timeout`;

/**
 * The project's SQL behind a real pooler that gives its few sessions to many clients, transaction by transaction: what
 * Supabase's does. Each client does as a data API: begin, become the role, tell who asks, one statement, commit.
 */
describeUnless(noPgBouncer, "behind a transaction pooler", () => {
  let postgres: TestPostgres;
  let pooler: PgBouncer;
  /** As `postgres`, not through the pooler. */
  let url: string;
  let directApi: string;
  let api: string;
  let clients: pg.Client[] = [];

  beforeAll(async () => {
    postgres = await startTestPostgres();
    ({ url } = await postgres.createDatabase());
    directApi = postgres.server.authenticatorUrl.replace(/\/postgres$/, new URL(url).pathname);
    await runMigrations({ connectionString: url, directories: folders, report: () => {} });
    pooler = await startPgBouncer(postgres.server, { poolSize: SESSIONS });
    api = pooler.through(directApi);
    await query(
      url,
      "insert into auth.users (id, email) select id, 'u' || right(id::text, 12) || '@b.c' from unnest($1::uuid[]) as id",
      [[...users, author]],
    );
    clients = await Promise.all(users.map(() => connect(api)));
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await pooler?.close();
    await postgres?.close();
  });

  /** Done by every user at once, each on a client of their own. */
  const byEveryone = <T>(work: (client: pg.Client, user: string, n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(clients.map((client, n) => work(client, users[n] as string, n)));

  test("each transaction sees its own claims and role, and nothing of them is left in the session", async () => {
    const [clean] = await query(directApi, sessionState);
    const sessions = new Map<number, Set<string>>();
    await byEveryone(async (client, user) => {
      for (let round = 0; round < 10; round++) {
        const { rows } = await asUser<{ pid: number }>(
          client,
          user,
          "select current_user as role, auth.role() as claimed, auth.uid() as uid, pg_backend_pid() as pid",
        );
        expect(rows).toMatchObject([{ role: "authenticated", claimed: "authenticated", uid: user }]);
        const { pid } = rows[0]!;
        sessions.set(pid, (sessions.get(pid) ?? new Set()).add(user));
        expect((await client.query(sessionState)).rows).toEqual([clean]);
        // A transaction that fails leaves no more than one that succeeds.
        await expect(asUser(client, user, "select 1/0")).rejects.toThrow("division by zero");
        expect((await client.query(sessionState)).rows).toEqual([clean]);
      }
    });
    expect(sessions.size).toBe(SESSIONS);
    for (const had of sessions.values()) expect(had.size).toBeGreaterThan(1);
  });

  test("a setting that is not of the transaction would be the next client's: what the above rules out", async () => {
    const single = await startPgBouncer(postgres.server, { poolSize: 1 });
    const [one, next] = await Promise.all([
      connect(single.through(directApi)),
      connect(single.through(directApi)),
    ]);
    try {
      await one.query("select set_config('request.jwt.claims', '{}', false)");
      expect((await next.query(sessionState)).rows).toMatchObject([{ claims: "{}" }]);
    } finally {
      await Promise.all([one.end(), next.end()]);
      await single.close();
    }
  });

  test("counts stay exact while everyone posts, likes, takes it back and comments", async () => {
    const [post] = await query<{ id: string }>(
      url,
      "insert into posts (user_id, content) values ($1, 'x') returning id",
      [author],
    );
    await byEveryone(async (client, user, n) => {
      const run = (sql: string, values: unknown[]) => asUser(client, user, sql, values);
      const like = () => run("insert into likes (post_id) values ($1)", [post?.id]);
      const unlike = () => run("delete from likes where post_id = $1", [post?.id]);
      await run("insert into posts (content) values ($1)", [`of ${n}`]);
      await like();
      await expect(like()).rejects.toThrow("likes_pkey");
      await run("insert into comments (post_id, content) values ($1, $2)", [post?.id, `by ${n}`]);
      await unlike();
      if (n % 4 !== 0) await like();
      await unlike();
      if (n % 2 === 0) await like();
    });
    // As the app reads them.
    const { rows } = await asUser(
      clients[0] as pg.Client,
      users[0] as string,
      "select likes_count, comments_count from profile_page($1) where id = $2",
      [author, post?.id],
    );
    expect(rows).toEqual([{ likes_count: CLIENTS / 2, comments_count: CLIENTS }]);
    expect(await query(url, "select from likes where post_id = $1", [post?.id])).toHaveLength(CLIENTS / 2);
    expect(
      await query(url, "select user_id from posts where user_id <> $1 order by user_id", [author]),
    ).toEqual(users.map((user) => ({ user_id: user })));
  });

  test("a statement with parameters works unnamed; one with a name is the session's, and meets another client's", async () => {
    const single = await startPgBouncer(postgres.server, { poolSize: 1 });
    const pair = await Promise.all([connect(single.through(directApi)), connect(single.through(directApi))]);
    const [one, next] = pair;
    try {
      for (const client of [one, next, one]) {
        expect((await client.query("select $1::text as x", ["a"])).rows).toEqual([{ x: "a" }]);
      }
      const named = { name: "same", text: "select $1::text as x", values: ["a"] };
      await one.query(named);
      await expect(next.query(named)).rejects.toThrow('prepared statement "same" already exists');
    } finally {
      await Promise.all(pair.map((client) => client.end()));
      await single.close();
    }
  });

  test("many workers take each job once, and complete it", async () => {
    const JOBS = 100;
    await byEveryone((client, _user, n) =>
      asService(
        client,
        "select enqueue_job('thumbnail', jsonb_build_object('n', i)) from generate_series($1::int, $2, $3) as i",
        [n, JOBS - 1, CLIENTS],
      ),
    );
    const taken = await byEveryone(async (client) => {
      const mine: number[] = [];
      for (;;) {
        const { rows } = await asService<{ id: string; payload: { n: number } }>(
          client,
          "select id, payload from read_jobs($1, $2)",
          [2, 600],
        );
        if (rows.length === 0) return mine;
        for (const { id, payload } of rows) {
          mine.push(payload.n);
          await asService(client, "select complete_job($1)", [id]);
        }
      }
    });
    expect(taken.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: JOBS }, (_, n) => n));
    expect(taken.filter(({ length }) => length > 0).length).toBeGreaterThan(1);
    expect(await query(url, "select from pgmq.q_jobs")).toEqual([]);
  });

  test("migrations are refused, and leave nothing in the sessions", async () => {
    const address = pooler.through(url);
    const before = await query(address, sessionState);
    await expect(
      runMigrations({ connectionString: address, directories: folders, report: () => {} }),
    ).rejects.toThrow("is a transaction pooler");
    expect(await query(address, sessionState)).toEqual(before);
  });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

interface Claims {
  role: string;
  sub?: string;
}

async function asUser<Row extends pg.QueryResultRow>(
  client: pg.Client,
  user: string,
  sql: string,
  values: unknown[] = [],
): Promise<pg.QueryResult<Row>> {
  return inTransaction<Row>(client, { role: "authenticated", sub: user }, sql, values);
}

async function asService<Row extends pg.QueryResultRow>(
  client: pg.Client,
  sql: string,
  values: unknown[] = [],
): Promise<pg.QueryResult<Row>> {
  return inTransaction<Row>(client, { role: "service_role" }, sql, values);
}

async function inTransaction<Row extends pg.QueryResultRow>(
  client: pg.Client,
  claims: Claims,
  sql: string,
  values: unknown[],
): Promise<pg.QueryResult<Row>> {
  await client.query("begin");
  try {
    await client.query(`set local role ${claims.role}`);
    await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
    const result = await client.query<Row>(sql, values);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
