import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";

/**
 * Who may do what: each table × role × verb, with the API's real roles and claims. A cell tells of rows that are one's
 * own / another's: `+` done, `0` no row is seen, `-` refused.
 */
const matrix = `
  table               role           select insert update delete
  users               anon           ++     --     --     --
  users               authenticated  ++     +-     +0     --
  users               service_role   ++     ++     ++     ++
  posts               anon           ++     --     --     --
  posts               authenticated  ++     +-     +0     +0
  posts               service_role   ++     ++     ++     ++
  deleted_posts       anon           00     --     --     --
  deleted_posts       authenticated  +0     --     +0     +0
  follows             anon           ++     --     --     --
  follows             authenticated  ++     +-     --     +0
  follows             service_role   ++     ++     --     ++
  likes               anon           ++     --     --     --
  likes               authenticated  ++     +-     --     +0
  likes               service_role   ++     ++     --     ++
  comments            anon           ++     --     --     --
  comments            authenticated  ++     +-     +0     +0
  comments            service_role   ++     ++     ++     ++
  points_transactions anon           --     --     --     --
  points_transactions authenticated  +0     --     --     --
  points_transactions service_role   ++     ++     --     --
  reels               anon           ++     --     --     --
  reels               authenticated  ++     +-     +0     +0
  reels               service_role   ++     ++     ++     ++
  reel_likes          anon           ++     --     --     --
  reel_likes          authenticated  ++     +-     --     +0
  reel_likes          service_role   ++     ++     --     ++
`;

const me = "00000000-0000-4000-8000-000000000001";
const other = "00000000-0000-4000-8000-000000000002";
/** A post, its deleted twin and a reel of whoever the number belongs to. */
const post = (user: string) => user.replace("-4000-", "-4001-");
const deletedPost = (user: string) => user.replace("-4000-", "-4002-");
const reel = (user: string) => user.replace("-4000-", "-4003-");

interface Verbs {
  /** The condition that picks the row of that user. */
  where: (user: string) => string;
  insert: (user: string) => string;
  update: string;
  /** The real table; the name, unless given. */
  table?: string;
  /** Run as owner before an insert, so that it meets no row that is there already. */
  free?: (user: string) => string;
}
const byUser = (user: string) => `user_id = '${user}'`;
const tables: Record<string, Verbs> = {
  users: {
    where: (user) => `id = '${user}'`,
    insert: (user) => `insert into users (id, username) values ('${user}', 'new_name')`,
    update: "bio = 'x'",
    free: (user) => `delete from users where id = '${user}'`,
  },
  posts: {
    where: (user) => `id = '${post(user)}'`,
    insert: (user) => `insert into posts (user_id, content) values ('${user}', 'x')`,
    update: "deleted_at = now()",
  },
  deleted_posts: {
    table: "posts",
    where: (user) => `id = '${deletedPost(user)}'`,
    // Liking, the one thing there is to do with a post, is not done with a deleted one.
    insert: (user) => `insert into likes (user_id, post_id) values ('${me}', '${deletedPost(user)}')`,
    update: "deleted_at = null",
  },
  follows: {
    where: (user) => `follower_id = '${user}'`,
    insert: (user) =>
      `insert into follows (follower_id, following_id) values ('${user}', '${user === me ? other : me}')`,
    update: "created_at = now()",
    free: () => "delete from follows",
  },
  likes: {
    where: byUser,
    insert: (user) => `insert into likes (user_id, post_id) values ('${user}', '${post(me)}')`,
    update: "created_at = now()",
    free: () => "delete from likes",
  },
  comments: {
    where: byUser,
    insert: (user) =>
      `insert into comments (user_id, post_id, content) values ('${user}', '${post(me)}', 'x')`,
    update: "content = 'y'",
  },
  points_transactions: {
    where: byUser,
    insert: (user) => `insert into points_transactions (user_id, amount, reason) values ('${user}', 1, 'x')`,
    update: "amount = 1000",
  },
  reels: {
    where: (user) => `id = '${reel(user)}'`,
    insert: (user) => `insert into reels (user_id, media_url) values ('${user}', 'https://a/b.mp4')`,
    update: "deleted_at = now()",
  },
  reel_likes: {
    where: byUser,
    insert: (user) => `insert into reel_likes (user_id, reel_id) values ('${user}', '${reel(me)}')`,
    update: "created_at = now()",
    free: () => "delete from reel_likes",
  },
};

const tiers = { free: ["baseline", "free"], team: ["baseline", "free", "pro", "team"] };

describe.each(Object.entries(tiers))("tier %s", (_tier, folders) => {
  let postgres: TestPostgres;
  let client: pg.Client;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    const { url } = await postgres.createDatabase();
    const directories = folders.map((name) => fileURLToPath(new URL(name, import.meta.url)));
    await runMigrations({ connectionString: url, directories, report: () => {} });
    client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const user of [me, other]) {
      await client.query(`insert into auth.users (id, email) values ('${user}', '${user}@b.c')`);
      await client.query(`insert into posts (id, user_id, content) values ('${post(user)}', '${user}', 'x')`);
      await client.query(
        `insert into posts (id, user_id, content, deleted_at) values ('${deletedPost(user)}', '${user}', 'x', now())`,
      );
      await client.query(
        `insert into reels (id, user_id, media_url) values ('${reel(user)}', '${user}', 'http://a/b')`,
      );
    }
    for (const user of [me, other]) {
      for (const name of ["follows", "likes", "comments", "points_transactions", "reel_likes"]) {
        await client.query(tables[name]!.insert(user));
      }
    }
  }, 60_000);
  afterAll(async () => {
    await client?.end();
    await postgres?.close();
  });

  /** Runs as the data API does and undoes it: number of rows, or SQLSTATE of the refusal. */
  async function as(role: string, sql: string, before?: string): Promise<number | string> {
    await client.query("begin");
    try {
      if (before) await client.query(before);
      await client.query("select set_config('request.jwt.claims', $1, true)", [
        JSON.stringify(role === "authenticated" ? { sub: me, role } : { role }),
      ]);
      await client.query(`set local role ${role}`);
      return (await client.query(sql)).rowCount ?? 0;
    } catch (error) {
      return (error as pg.DatabaseError).code ?? "";
    } finally {
      await client.query("rollback");
    }
  }

  const mark = (result: number | string) =>
    result === "42501" ? "-" : result === 0 ? "0" : result === 1 ? "+" : result;

  describe.each(
    matrix
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/) as [string, string, string, string, string, string]),
  )("%s as %s", (name, role, ...expected) => {
    const { table = name, where, insert, update, free } = tables[name]!;
    const verbs: [string, (user: string) => Promise<number | string>][] = [
      ["select", (user) => as(role, `select from ${table} where ${where(user)}`)],
      ["insert", (user) => as(role, insert(user), free?.(user))],
      ["update", (user) => as(role, `update ${table} set ${update} where ${where(user)}`)],
      ["delete", (user) => as(role, `delete from ${table} where ${where(user)}`)],
    ];
    test.each(verbs)("%s", async (verb, run) => {
      const found = `${mark(await run(me))}${mark(await run(other))}`;
      expect(found).toBe(expected[["select", "insert", "update", "delete"].indexOf(verb)]);
    });
  });

  test.each([
    ["users", "points = 1000"],
    ["users", "id = gen_random_uuid()"],
    ["users", "created_at = now()"],
    ["posts", "likes_count = 1000"],
    ["posts", "comments_count = 1000"],
    ["posts", `user_id = '${other}'`],
    ["posts", "created_at = now()"],
    ["comments", `post_id = '${post(other)}'`],
    ["comments", `user_id = '${other}'`],
    ["reels", "likes_count = 1000"],
    ["reels", `user_id = '${other}'`],
  ])("a user cannot update %s set %s", async (table, assignment) => {
    expect(await as("authenticated", `update ${table} set ${assignment}`)).toBe("42501");
  });

  test.each([
    ["posts", `(user_id, content, likes_count) values ('${me}', 'x', 1000)`],
    ["posts", `(user_id, content, created_at) values ('${me}', 'x', '2100-01-01')`],
    ["reels", `(user_id, media_url, likes_count) values ('${me}', 'https://a/b', 1000)`],
    ["users", `(id, username, points) values ('${me}', 'rich', 1000)`],
  ])("a user cannot insert into %s %s", async (table, values) => {
    expect(await as("authenticated", `insert into ${table} ${values}`)).toBe("42501");
  });

  test.each([
    ["posts", "(content) values ('  ')"],
    ["posts", "(content, media_url) values ('x', 'javascript:alert(1)')"],
    ["posts", "(content, media_type) values ('x', 'text/html')"],
    ["follows", `(following_id) values ('${me}')`],
    ["comments", `(post_id, content) values ('${post(other)}', '')`],
  ])("a check refuses insert into %s %s", async (table, values) => {
    expect(await as("authenticated", `insert into ${table} ${values}`)).toBe("23514");
  });

  test("the owner of a row is the user by default", async () => {
    expect(await as("authenticated", "insert into posts (content) values ('mine') returning *")).toBe(1);
  });

  test("comments of a deleted post are not seen, and none can be added", async () => {
    const before = `update posts set deleted_at = now() where id = '${post(me)}'`;
    expect(await as("anon", "select from comments", before)).toBe(0);
    const insert = `insert into comments (post_id, content) values ('${post(me)}', 'x')`;
    expect(await as("authenticated", insert, before)).toBe("42501");
  });

  test.each(["anon", "authenticated", "service_role"])(
    "%s may neither truncate nor call a trigger's function",
    async (role) => {
      for (const table of Object.keys(tables)) {
        expect(await as(role, `truncate ${tables[table]!.table ?? table} cascade`)).toBe("42501");
      }
      const { rows } = await client.query(
        `select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
       and prorettype = 'trigger'::regtype and has_function_privilege($1, oid, 'execute')`,
        [role],
      );
      expect(rows).toEqual([]);
    },
  );

  test.each(["anon", "authenticated"])(
    "%s may call no function that runs with its owner's rights",
    async (role) => {
      const { rows } = await client.query(
        `select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
     and has_function_privilege($1, oid, 'execute')`,
        [role],
      );
      expect(rows).toEqual([]);
    },
  );

  test("every table has row-level security, every security definer function an empty search path", async () => {
    const tablesWithout =
      "select relname from pg_class where relkind in ('r', 'p') and not relrowsecurity and relnamespace in (select oid from pg_namespace where nspname in ('public', 'partitions'))";
    expect((await client.query(tablesWithout)).rows).toEqual([]);
    const functions = `select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
    and not coalesce(proconfig @> array['search_path=""'], false)`;
    expect((await client.query(functions)).rows).toEqual([]);
  });
});
