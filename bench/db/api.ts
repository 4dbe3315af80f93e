import { createKeys } from "../../local/services/auth/keys.ts";
import { createTokenKit } from "../../local/services/auth/tokens.ts";
import { createDataApi } from "../../local/services/data-api/data-api.ts";
import { COHORT, cohortSizes, type DatasetSize } from "./dataset.ts";
import { places, userUuid, type ReadTable, type Rivals } from "./reads.ts";
import type { BenchDatabase } from "./server.ts";
import { percentiles, type Percentiles } from "./time-reads.ts";

/**
 * The reads as the app asks for them, in process: no network, but all that the data API does. The guide's own are the
 * requests that its text has or leaves to be guessed; it has none for whom one follows, and its search is no request.
 */
export async function timeApi({ guide, ours }: Rivals, size: DatasetSize, runs: number): Promise<ReadTable> {
  const { newest, deep, depth } = await places(ours);
  const columns = "id,content,media_url,media_type,likes_count,comments_count,created_at,user_id";
  const view = "/feed_posts_mv?order=created_at.desc&limit=20";
  const author = userUuid(13);
  const mine = (path: string, user?: number) => time(ours, path, runs, user);
  const theirs = (path: string) => time(guide, path, Math.min(runs, 20));

  const table: ReadTable = {
    "feed, page 1": {
      floor: await mine(`/posts?select=${columns}&id=in.(${newest[0]?.join(",")})`),
      guide: await theirs(view),
      ours: await mine("/rpc/feed_page"),
    },
    [`feed, page ${depth / 20 + 1}`]: {
      guide: await theirs(`${view}&offset=${depth}`),
      ours: await mine(`/rpc/feed_page?cursor=${encodeURIComponent(deep)}`),
    },
  };
  for (const [cohort, follows] of cohortSizes(size).entries())
    table[`following ${follows}`] = { ours: await mine("/rpc/following_page", cohort * COHORT) };
  table["profile"] = {
    guide: await theirs(`/posts?user_id=eq.${author}&deleted_at=is.null&order=created_at.desc&limit=20`),
    ours: await mine(`/rpc/profile_page?author=${author}`),
  };
  table["search"] = { ours: await mine("/rpc/search_users?query=chineedu") };
  return table;
}

async function time(
  { authenticatorUrl }: BenchDatabase,
  path: string,
  runs: number,
  user = 1_000,
): Promise<Percentiles> {
  const keys = await createKeys("abcdefghijklmnopqrst");
  const api = await createDataApi({
    databaseUrl: authenticatorUrl,
    keys,
    settings: () => ({ schemas: ["public"], extraSearchPath: ["public", "extensions"] }),
    log: () => {},
  });
  try {
    const token = await createTokenKit(keys).sign({ sub: userUuid(user), role: "authenticated" }, 3_600);
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
