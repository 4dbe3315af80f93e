import pg from "pg";
import { userUuid } from "./reads.ts";
import { withClient, type BenchDatabase } from "./server.ts";

export interface LikeResult {
  readonly perSecond: number;
  readonly likes: number;
  /** What the post shows when all are done. */
  readonly counted: number;
}

/**
 * Many users like one post, each on a connection of its own, each like a transaction of its own.
 * @param count the exact count of a post, as SQL with the post's id as $1
 */
export async function benchmarkLikes(
  { url, superuserUrl }: BenchDatabase,
  likers: number,
  likes: number,
  count: string,
): Promise<LikeResult> {
  const post = await withClient(superuserUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      "insert into public.posts (user_id, content) values ($1, 'A post that everybody likes') returning id",
      [userUuid(0)],
    );
    return rows[0]?.id;
  });
  const clients = await Promise.all(
    Array.from({ length: likers }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query("set role service_role");
      return client;
    }),
  );
  try {
    let next = 0;
    const started = performance.now();
    await Promise.all(
      clients.map(async (client) => {
        for (let n = next++; n < likes; n = next++) {
          await client.query({
            name: "like",
            text: "insert into public.likes (user_id, post_id) values ($1, $2)",
            values: [userUuid(n), post],
          });
        }
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    const counted = await withClient(superuserUrl, async (client) => {
      const { rows } = await client.query<{ count: number }>(count, [post]);
      return rows[0]?.count ?? 0;
    });
    return { perSecond: likes / seconds, likes, counted };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** What the post's row says. */
export const rowCount = "select likes_count as count from public.posts where id = $1";
/** What the feeds show: the row and what is noted aside. */
export const exactCount = "select likes_count as count from private.feed_posts where id = $1";
