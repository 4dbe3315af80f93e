import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { sqlFolder } from "./testing/folder.ts";

/** More than the feed's view holds, so that a walk goes through all its parts. */
const POSTS = 11_000;
const me = "00000000-0000-4000-8000-000000000001";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.close());

/** Three users, of whom `me` follows the second, and posts of which many bear the same moment. */
async function database(folders: readonly string[]): Promise<{ client: pg.Client; reader: pg.Client }> {
  const { url, superuserUrl } = await postgres.createDatabase();
  await runMigrations({ connectionString: url, directories: folders.map(sqlFolder), report: () => {} });
  await query(
    superuserUrl,
    `insert into auth.users (id, email)
     select ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'user' || n || '@b.c' from generate_series(1, 3) as n`,
  );
  await query(
    superuserUrl,
    `insert into public.posts (user_id, content, created_at)
     select ('00000000-0000-4000-8000-00000000000' || 1 + n % 3)::uuid, 'post ' || n,
       date_trunc('minute', now()) - interval '30 seconds' * (n / 7)
     from generate_series(1, ${POSTS}) as n`,
  );
  await query(superuserUrl, "analyze");
  const client = new pg.Client({ connectionString: url });
  const reader = new pg.Client({ connectionString: url });
  await Promise.all([client.connect(), reader.connect()]);
  await client.query("insert into follows (follower_id, following_id) values ($1, $2)", [
    me,
    "00000000-0000-4000-8000-000000000002",
  ]);
  await reader.query("select set_config('request.jwt.claims', $1, false)", [JSON.stringify({ sub: me })]);
  await reader.query("set role authenticated");
  return { client, reader };
}

/** What others do while someone reads on. */
const meanwhile = {
  nothing: "select 1",
  "a post": `insert into posts (user_id, content) values ('00000000-0000-4000-8000-000000000002', 'new')`,
  "ten posts of one moment": `insert into posts (user_id, content)
    select '00000000-0000-4000-8000-000000000002', 'new ' || n from generate_series(1, 10) as n`,
  "a post deleted": `update posts set deleted_at = now()
    where id in (select id from posts tablesample bernoulli (0.1) where deleted_at is null limit 1)`,
  "a refresh": "select 1 from refresh_feed_posts()",
};
type Meanwhile = keyof typeof meanwhile;

const feeds = {
  feed: { call: "feed_page", where: "true" },
  following: {
    call: "following_page",
    where: `user_id in (select following_id from follows where follower_id = '${me}')`,
  },
  profile: {
    call: "profile_page('00000000-0000-4000-8000-000000000003'",
    where: "user_id = '00000000-0000-4000-8000-000000000003'",
  },
};

describe.each([
  ["from the tables", ["baseline", "free"]],
  ["with the view", ["baseline", "free", "pro"]],
])("pages %s", (_name, folders) => {
  let client: pg.Client;
  let reader: pg.Client;
  const hasView = folders.includes("pro");
  beforeAll(async () => {
    ({ client, reader } = await database(folders));
    if (hasView) await client.query("select refresh_feed_posts()");
  });
  afterAll(() => Promise.all([client?.end(), reader?.end()]));

  /** Reads page after page to the end; after the nth page, what others do then. */
  async function walk(call: string, size: number, between: readonly Meanwhile[]): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; ; page++) {
      const { rows }: { rows: { id: string; cursor: string }[] } = await reader.query(
        `select id, cursor from ${call}${call.includes("(") ? ", " : "("}$1, $2)`,
        [cursor, size],
      );
      seen.push(...rows.map(({ id }) => id));
      if (rows.length < size) return seen;
      cursor = rows.at(-1)?.cursor ?? null;
      const action = between[page];
      if (action) await client.query(meanwhile[action]);
    }
  }
  const visible = async (where: string) =>
    (
      await client.query<{ id: string }>(
        `select id from posts where deleted_at is null and ${where} order by created_at desc, id desc`,
      )
    ).rows.map(({ id }) => id);

  const actions = (Object.keys(meanwhile) as Meanwhile[]).filter((name) => hasView || name !== "a refresh");
  test.each(Object.keys(feeds) as (keyof typeof feeds)[])(
    "of the %s: no post twice, none missing, in order, whatever happens meanwhile",
    async (feed) => {
      const { call, where } = feeds[feed];
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 37, max: 50 }),
          fc.array(fc.constantFrom(...actions), { minLength: 20, maxLength: 60 }),
          async (size, between) => {
            const before = await visible(where);
            const seen = await walk(call, size, between);
            const after = new Set(await visible(where));
            expect(new Set(seen).size).toBe(seen.length);
            // Those there were before and are there still: each seen, in their order. Later ones are not asked for.
            const lasting = before.filter((id) => after.has(id));
            const known = new Set(lasting);
            expect(seen.filter((id) => known.has(id))).toEqual(lasting);
          },
        ),
        { numRuns: 3 },
      );
    },
    60_000,
  );

  test("a page has twenty posts, and as many as asked for up to fifty", async () => {
    const sizes: (number | null)[] = [];
    for (const asked of ["20", "1", "50", "51", "0", "-3", "null"])
      sizes.push((await reader.query(`select id from feed_page(page_size => ${asked})`)).rowCount);
    expect((await reader.query("select id from feed_page()")).rowCount).toBe(20);
    expect(sizes).toEqual([20, 1, 50, 50, 1, 1, 20]);
  });

  test.each(["", "x", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z_x", "_", "'; drop table posts;--_x"])(
    "a cursor that is none is refused: %j",
    async (cursor) => {
      await expect(reader.query("select * from feed_page($1)", [cursor])).rejects.toMatchObject({
        code: expect.stringMatching(/^22/),
      });
    },
  );
});
