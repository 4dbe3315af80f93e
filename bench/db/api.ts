import { createKeys } from "../../local/services/auth/keys.ts";
import { createTokenKit } from "../../local/services/auth/tokens.ts";
import { createDataApi } from "../../local/services/data-api/data-api.ts";
import { userUuid, type Rivals } from "./reads.ts";
import { withClient, type BenchDatabase } from "./server.ts";
import { percentiles, type Percentiles } from "./time-reads.ts";

/** A page of the feed as the app asks for it, in process: no network, but all that the data API does. */
export async function timeApi(
  { guide, ours }: Rivals,
  runs: number,
): Promise<Record<"floor" | "guide" | "ours", Percentiles>> {
  const ids = await withClient(ours.superuserUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      "select id from public.posts where deleted_at is null order by created_at desc limit 20",
    );
    return rows.map(({ id }) => id);
  });
  const columns = "id,content,media_url,media_type,likes_count,comments_count,created_at,user_id";
  return {
    floor: await time(ours, `/posts?select=${columns}&id=in.(${ids.join(",")})`, runs),
    guide: await time(guide, "/feed_posts_mv?order=created_at.desc&limit=20", Math.min(runs, 20)),
    ours: await time(ours, "/rpc/feed_page", runs),
  };
}

async function time({ authenticatorUrl }: BenchDatabase, path: string, runs: number): Promise<Percentiles> {
  const keys = await createKeys("abcdefghijklmnopqrst");
  const api = await createDataApi({
    databaseUrl: authenticatorUrl,
    keys,
    settings: () => ({ schemas: ["public"], extraSearchPath: ["public", "extensions"] }),
    log: () => {},
  });
  try {
    const token = await createTokenKit(keys).sign({ sub: userUuid(1000), role: "authenticated" }, 3_600);
    const times: number[] = [];
    for (let n = -10; n < runs; n++) {
      const started = performance.now();
      const response = await api.app.request(path, { headers: { authorization: `Bearer ${token}` } });
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body}`);
      if (n >= 0) times.push(performance.now() - started);
    }
    return percentiles(times);
  } finally {
    await api.close();
  }
}
