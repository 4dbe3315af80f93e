import { createHash } from "node:crypto";
import { COHORT, cohortSizes, type DatasetSize } from "./dataset.ts";
import { withClient, type BenchDatabase } from "./server.ts";
import { timeReads, type Percentiles, type Read } from "./time-reads.ts";

/** The same data three times: without the tiers' SQL, with the guide's, with ours. */
export interface Rivals {
  readonly nothing: BenchDatabase;
  readonly guide: BenchDatabase;
  readonly ours: BenchDatabase;
}

/** Rows: what is read. Columns: by whose SQL. */
export type ReadTable = Record<string, Partial<Record<keyof Rivals | "floor", Percentiles>>>;

/** What people type: as names begin, in full, with accents and without, with a letter wrong, of users without a name, in vain. */
const searches =
  "a chi chin chinedu adebayo oluwaseun;oluwaseun okafor;okafr;adebyo adekunl;chineedu_okafo;zainab nwosu;kasim;ọmọlará;zzzzqq;nobody has this name;temitope_ojo_;o;ibrahim ibrahim;fun;kelechii;amaka_eze_;%';select 1;x & y | !"
    .split(";")
    .flatMap((text, index) => (index === 0 ? text.split(" ") : [text]));

/** The guide has no query for the feeds of those one follows: the plain join, with what the app shows. */
const guideFollowing = `
  select p.*, u.username, u.full_name, u.avatar_url,
    exists (select from likes l where l.post_id = p.id and l.user_id = me) as liked_by_me
  from posts p
  join follows f on f.following_id = p.user_id
  join users u on u.id = p.user_id
  where f.follower_id = me and p.deleted_at is null
  order by p.created_at desc limit 20`;

/** Times each read on each database. */
export async function benchmarkReads(rivals: Rivals, size: DatasetSize, runs: number): Promise<ReadTable> {
  const { nothing, guide, ours } = rivals;
  const someone = Array.from({ length: 50 }, (_, n) => ({ user: userUuid(Math.floor(size.users / 2) + n) }));
  const anyone = someone[0] ?? { user: userUuid(0) };
  const { newest, deep, depth } = await places(ours);
  const table: ReadTable = {};

  const feed: Record<string, Read> = {
    floor: {
      database: ours,
      sql: "select * from public.posts where id = any(arg::uuid[])",
      calls: newest.map((ids) => ({ ...anyone, arg: `{${ids.join(",")}}` })),
    },
    nothing: { database: nothing, sql: tablesFeed(0), calls: someone },
    guide: { database: guide, sql: viewFeed(0), calls: someone },
    ours: { database: ours, sql: "select * from public.feed_page()", calls: someone },
    deepNothing: { database: nothing, sql: tablesFeed(depth), calls: someone },
    deepGuide: { database: guide, sql: viewFeed(depth), calls: someone },
    deepOurs: {
      database: ours,
      sql: "select * from public.feed_page(arg)",
      calls: someone.map((call) => ({ ...call, arg: deep })),
    },
  };
  const timed = await timeReads(feed, runs);
  table["feed, page 1"] = {
    floor: timed.floor,
    nothing: timed.nothing,
    guide: timed.guide,
    ours: timed.ours,
  };
  table[`feed, page ${depth / 20 + 1}`] = {
    nothing: timed.deepNothing,
    guide: timed.deepGuide,
    ours: timed.deepOurs,
  };

  for (const [cohort, follows] of cohortSizes(size).entries()) {
    const calls = Array.from({ length: COHORT }, (_, n) => ({ user: userUuid(cohort * COHORT + n) }));
    table[`following ${follows}`] = await timeReads(
      {
        nothing: { database: nothing, sql: guideFollowing, calls },
        guide: { database: guide, sql: guideFollowing, calls },
        ours: { database: ours, sql: "select * from public.following_page()", calls },
      },
      runs,
    );
  }

  const authors = Array.from({ length: 50 }, (_, n) => ({ ...anyone, arg: userUuid(n * 13) }));
  const profile = `
    select p.*, exists (select from likes l where l.post_id = p.id and l.user_id = me) as liked_by_me
    from posts p where p.user_id = arg::uuid and p.deleted_at is null order by p.created_at desc limit 20`;
  table["profile"] = await timeReads(
    {
      nothing: { database: nothing, sql: profile, calls: authors },
      guide: { database: guide, sql: profile, calls: authors },
      ours: { database: ours, sql: "select * from public.profile_page(arg::uuid)", calls: authors },
    },
    runs,
  );

  const words = searches.map((arg) => ({ ...anyone, arg }));
  const like =
    "select * from users where full_name ilike '%' || arg || '%' or username ilike '%' || arg || '%' limit 20";
  const english = `
    select * from users
    where to_tsvector('english', full_name || ' ' || username) @@ plainto_tsquery('english', arg) limit 20`;
  table["search"] = await timeReads(
    {
      nothing: { database: nothing, sql: like, calls: words },
      guide: { database: guide, sql: english, calls: words },
      ours: { database: ours, sql: "select * from public.search_users(arg)", calls: words },
    },
    Math.max(runs, searches.length * 10),
  );
  return table;
}

const tablesFeed = (offset: number) => `
  select p.*, u.username, u.full_name, u.avatar_url from posts p join users u on u.id = p.user_id
  where p.deleted_at is null order by p.created_at desc limit 20 offset ${offset}`;
const viewFeed = (offset: number) =>
  `select * from feed_posts_mv order by created_at desc limit 20 offset ${offset}`;

/** Ids of the newest posts, twenty by twenty, and where page 500 begins, or the last whole page of fewer posts. */
export async function places(
  ours: BenchDatabase,
): Promise<{ newest: string[][]; deep: string; depth: number }> {
  return withClient(ours.superuserUrl, async (client) => {
    const { rows } = await client.query<{ id: string; cursor: string }>(
      `select id, private.cursor_of(created_at, id) as cursor from public.posts
       where deleted_at is null order by created_at desc, id desc limit 20000`,
    );
    const depth = Math.min(9_980, Math.floor(rows.length / 2 / 20) * 20);
    const newest: string[][] = [];
    for (let start = 0; start + 20 <= Math.min(rows.length, 1_000); start += 20) {
      newest.push(rows.slice(start, start + 20).map(({ id }) => id));
    }
    return { newest, deep: rows[depth - 1]?.cursor ?? "", depth };
  });
}

/** As the data set makes it: see `userId`. */
export function userUuid(n: number): string {
  const hash = createHash("md5").update(`user ${n}`).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
