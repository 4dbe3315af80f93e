import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";

const folder = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let postgres: TestPostgres;
let url: string;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startTestPostgres();
  ({ url } = await postgres.createDatabase());
  await runMigrations({
    connectionString: url,
    directories: ["baseline", "free", "pro", "team"].map(folder),
    report: () => {},
  });
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await postgres?.close();
});
beforeEach(() => client.query("delete from auth.users"));

/** Signs up as Auth does and returns the account's id. */
async function signUp(email: string | null, metadata: unknown = {}): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    "insert into auth.users (id, email, raw_user_meta_data) values (gen_random_uuid(), $1, $2) returning id",
    [email, JSON.stringify(metadata)],
  );
  return rows[0]!.id;
}
const profile = async (id: string) =>
  (await client.query("select username, full_name, avatar_url, points from public.users where id = $1", [id]))
    .rows[0];

describe("sign-up", () => {
  test("makes a profile from the metadata", async () => {
    const id = await signUp("a@b.c", {
      username: "Ada_1",
      full_name: " Ada L ",
      avatar_url: "https://media.lavlay.com/a.png",
    });
    expect(await profile(id)).toEqual({
      username: "ada_1",
      full_name: "Ada L",
      avatar_url: "https://media.lavlay.com/a.png",
      points: 0,
    });
  });

  test.each([
    ["the e-mail address where no username is wished", "jo.doe+x@b.c", {}, "jodoex"],
    ["accents", "a@b.c", { username: "Çélîne" }, "celine"],
    ["too short", "a@b.c", { username: "x" }, "user"],
    ["nothing that fits", "a@b.c", { username: "日本語 🎉" }, "user"],
    ["blank", "", { username: "   " }, "user"],
    ["no address", null, {}, "user"],
    ["SQL", "a@b.c", { username: "'; drop table users;--" }, "droptableusers"],
    ["very long", "a@b.c", { username: "a".repeat(10_000) }, "a".repeat(21)],
    ["a number", "a@b.c", { username: 12345 }, "12345"],
    ["an object", "abc@b.c", { username: { key: 1 } }, "key1"],
    ["metadata that is an array", "abc@b.c", ["username"], "abc"],
    ["metadata that is null", "abc@b.c", null, "abc"],
    ["metadata that is a text", "abc@b.c", "username", "abc"],
  ])("copes with %s", async (_case, email, metadata, username) => {
    const { username: found } = await profile(await signUp(email, metadata));
    expect(found).toBe(username);
  });

  test.each([
    ["a script as avatar", { avatar_url: "javascript:alert(1)" }, { avatar_url: null }],
    ["a very long avatar", { avatar_url: `https://${"a".repeat(3000)}` }, { avatar_url: null }],
    ["a very long name", { full_name: "é".repeat(5000) }, { full_name: "é".repeat(100) }],
    ["no name", { full_name: null }, { full_name: null }],
    ["a blank name", { full_name: "  " }, { full_name: null }],
  ])("leaves out or cuts %s", async (_case, metadata, expected) => {
    expect(await profile(await signUp("someone@b.c", metadata))).toMatchObject(expected);
  });

  test("gives each of many who want the same name at once one of their own", async () => {
    const ids = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        query<{ id: string }>(
          url,
          "insert into auth.users (id, email, raw_user_meta_data) values (gen_random_uuid(), $1, $2) returning id",
          [`same${i}@b.c`, { username: "same" }],
        ),
      ),
    );
    const names = await Promise.all(ids.map(async (rows) => (await profile(rows[0]!.id)).username as string));
    expect(new Set(names).size).toBe(12);
    expect(names).toContain("same");
    for (const name of names) expect(name).toMatch(/^same(_[0-9a-f]{8})?$/);
  });

  test("goes through even when no profile can be made", async () => {
    await client.query("begin");
    await client.query("alter table public.users add constraint nobody check (false) not valid");
    const id = await signUp("a@b.c");
    expect(await profile(id)).toBeUndefined();
    await client.query("rollback");
  });

  test("confirms the address even when no welcome can be queued", async () => {
    await client.query("begin");
    await client.query("insert into private.email_queue (template, sent_at) values ('signup', now())");
    await client.query("alter table private.email_queue add constraint nothing check (false) not valid");
    const id = await signUp("a@b.c");
    const confirmed = await client.query("update auth.users set email_confirmed_at = now() where id = $1", [
      id,
    ]);
    expect(confirmed.rowCount).toBe(1);
    expect((await client.query("select from private.email_queue where user_id = $1", [id])).rowCount).toBe(0);
    await client.query("rollback");
  });

  test("an account that is deleted takes everything with it and lowers others' counters", async () => {
    const [ann, bob] = [await signUp("ann@b.c"), await signUp("bob@b.c")];
    const post = await addPost(ann);
    await client.query("insert into likes (user_id, post_id) values ($1, $2)", [bob, post]);
    await client.query("insert into comments (user_id, post_id, content) values ($1, $2, 'x')", [bob, post]);
    await client.query("insert into follows (follower_id, following_id) values ($1, $2)", [bob, ann]);
    await client.query("insert into points_transactions (user_id, amount, reason) values ($1, 5, 'x')", [
      bob,
    ]);
    await client.query("delete from auth.users where id = $1", [bob]);
    expect(await counts(post)).toEqual({ likes_count: 0, comments_count: 0 });
    await client.query("delete from auth.users where id = $1", [ann]);
    expect((await client.query("select from posts")).rowCount).toBe(0);
  });
});

async function addPost(user: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    "insert into posts (user_id, content) values ($1, 'text') returning id",
    [user],
  );
  return rows[0]!.id;
}
/** As the app shows them: with what could not be added to the post at once. */
const counts = async (post: string) =>
  (await client.query("select likes_count, comments_count from private.feed_posts where id = $1", [post]))
    .rows[0];

describe("counters", () => {
  test("count what many do at once, rows in any order, without a deadlock", async () => {
    const author = await signUp("author@b.c");
    const posts = [await addPost(author), await addPost(author), await addPost(author)];
    const fans = await Promise.all(Array.from({ length: 10 }, (_, i) => signUp(`fan${i}@b.c`)));
    await Promise.all(
      fans.map((fan, i) => {
        const order = i % 2 ? posts : posts.toReversed();
        return query(url, "insert into likes (user_id, post_id) select $1, unnest($2::uuid[])", [fan, order]);
      }),
    );
    for (const post of posts) expect(await counts(post)).toMatchObject({ likes_count: 10 });
    await Promise.all(
      fans.slice(0, 4).map((fan) => query(url, "delete from likes where user_id = $1", [fan])),
    );
    for (const post of posts) expect(await counts(post)).toMatchObject({ likes_count: 6 });
  });

  test("a like that is there already is not counted again", async () => {
    const user = await signUp("user@b.c");
    const post = await addPost(user);
    for (let i = 0; i < 2; i++) {
      await client.query("insert into likes (user_id, post_id) values ($1, $2) on conflict do nothing", [
        user,
        post,
      ]);
    }
    expect(await counts(post)).toMatchObject({ likes_count: 1 });
  });

  test("points are the sum of the ledger and cannot be overspent", async () => {
    const user = await signUp("user@b.c");
    const spend = (amount: number) =>
      query(url, "insert into points_transactions (user_id, amount, reason) values ($1, $2, 'test')", [
        user,
        amount,
      ]);
    await spend(50);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => spend(-10)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    expect(await profile(user)).toMatchObject({ points: 0 });
  });

  test("reels count their likes", async () => {
    const user = await signUp("user@b.c");
    await client.query("insert into reels (user_id, media_url) values ($1, 'https://a/b.mp4')", [user]);
    await client.query("insert into reel_likes (user_id, reel_id) select $1, id from reels", [user]);
    expect((await client.query("select likes_count from reels")).rows).toEqual([{ likes_count: 1 }]);
    await client.query("delete from reel_likes");
    expect((await client.query("select likes_count from reels")).rows).toEqual([{ likes_count: 0 }]);
  });
});

describe("the guide's bugs", () => {
  test("a user without a full name is found by the username", async () => {
    await signUp("a@b.c", { username: "nameless" });
    await signUp("b@b.c", { username: "other", full_name: "Maria Running" });
    const guide = "to_tsvector('english', full_name || ' ' || username)";
    const byGuide = `select username from public.users where ${guide} @@ to_tsquery('english', 'nameless')`;
    expect((await client.query(byGuide)).rows).toEqual([]);
    const found = async (words: string) =>
      (await client.query("select username from search_users($1)", [words])).rows.map(
        ({ username }) => username,
      );
    expect(await found("nameless")).toEqual(["nameless"]);
    expect(await found("maria")).toEqual(["other"]);
    expect(await found("run")).toEqual(["other"]); // How a word begins is enough.
    expect(await found("'; & ( !")).toEqual([]);
  });

  test("search uses its index", async () => {
    await client.query("begin");
    await client.query("set local enable_seqscan = off");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(
      `explain select * from public.users
       where user_search_vector(full_name, username) @@ websearch_to_tsquery('simple', 'ada')`,
    );
    await client.query("rollback");
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("users_search_idx");
  });

  test("the guide's view lists two columns twice and is refused; ours lists each once", async () => {
    const guide = `create materialized view guide_mv as
      select p.*, u.username, u.full_name, u.avatar_url,
        coalesce(p.likes_count, 0) as likes_count, coalesce(p.comments_count, 0) as comments_count
      from posts p join users u on p.user_id = u.id where p.deleted_at is null`;
    await expect(client.query(guide)).rejects.toThrow('column "likes_count" specified more than once');
    await addPost(await signUp("a@b.c", { username: "author" }));
    await client.query("update posts set created_at = now() - interval '1 hour'");
    await client.query("select refresh_feed_posts()");
    expect((await client.query("select username, likes_count from feed_page()")).rows).toEqual([
      { username: "author", likes_count: 0 },
    ]);
  });

  test("a refresh leaves it to the one that is still at work", async () => {
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    const refreshed = async (by: pg.Client) =>
      (await by.query<{ done: boolean }>("select refresh_feed_posts() as done")).rows[0]?.done;
    try {
      await other.query("begin");
      expect(await refreshed(other)).toBe(true);
      expect(await refreshed(client)).toBe(false);
      await other.query("commit");
      expect(await refreshed(client)).toBe(true);
    } finally {
      await other.end();
    }
  });

  test("an unnamed unique index is made again at each run; all of ours have names of their own, and none twice", async () => {
    await client.query("begin");
    const indexes = async () =>
      (await client.query("select from pg_indexes where tablename = 'feed_posts_mv'")).rowCount!;
    const before = await indexes();
    for (let i = 0; i < 2; i++) await client.query("create unique index on private.feed_posts_mv (id)");
    expect(await indexes()).toBe(before + 2);
    await client.query("rollback");
    const { rows } = await client.query(
      `select tablename, regexp_replace(indexdef, '^.* USING ', '') as definition, array_agg(indexname)
       from pg_indexes where schemaname in ('public', 'private') group by 1, 2 having count(*) > 1`,
    );
    expect(rows).toEqual([]);
  });

  test("no index is the beginning of another, all are valid", async () => {
    const { rows } = await client.query(
      `select shorter.indexrelid::regclass::text as redundant, longer.indexrelid::regclass::text as covered_by
       from pg_index as shorter join pg_index as longer using (indrelid)
       join pg_class on pg_class.oid = indrelid and relnamespace = 'public'::regnamespace
       where shorter.indexrelid <> longer.indexrelid and shorter.indpred is null and longer.indpred is null
         and shorter.indexprs is null and longer.indexprs is null
         and not shorter.indisunique
         and longer.indkey::text || ' ' like shorter.indkey::text || ' %'
         and longer.indclass::text || ' ' like shorter.indclass::text || ' %'`,
    );
    expect(rows).toEqual([]);
    expect((await client.query("select from pg_index where not indisvalid")).rowCount).toBe(0);
  });

  test("every foreign key has an index that begins with it", async () => {
    const { rows } = await client.query(
      `select conrelid::regclass::text as table, conname from pg_constraint
       where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
         select from pg_index where indrelid = conrelid and indpred is null and indkey[0] = conkey[1])`,
    );
    expect(rows).toEqual([]);
  });
});

test("the feed reads its index", async () => {
  await client.query("begin");
  await client.query("set local enable_seqscan = off; set local enable_bitmapscan = off");
  const { rows } = await client.query<{ "QUERY PLAN": string }>(
    "explain select * from posts where deleted_at is null order by created_at desc, id desc limit 20",
  );
  await client.query("rollback");
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toContain("posts_feed_idx");
  expect(plan).not.toContain("Sort");
});
