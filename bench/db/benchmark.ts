import { runMigrations } from "../../infra/database/run.ts";
import { addOlderPosts, buildDataset, type DatasetSize } from "./dataset.ts";
import { timeApi } from "./api.ts";
import { benchmarkLikes, exactCount, rowCount, type LikeResult } from "./likes.ts";
import { benchmarkReads, type ReadTable, type Rivals } from "./reads.ts";
import { timeRefresh } from "./refresh.ts";
import { run, sqlFile, sqlFolders, startBenchServer, type BenchDatabase } from "./server.ts";
import { writeDuring, type WriterResult } from "./writers.ts";

export interface DatabaseBenchmarkOptions extends DatasetSize {
  /** Times each read of ours is timed; slow ones of the rivals less often. */
  readonly runs: number;
  readonly report: (line: string) => void;
}

export interface DatabaseBenchmark extends DatasetSize {
  /** On the server, milliseconds. */
  readonly reads: ReadTable;
  /** One request after the other through the data API, milliseconds. */
  readonly api: ReadTable;
  /** 100 users who like one post at once: a column updated in place, and our counters. */
  readonly likes: { readonly inPlace: LikeResult; readonly ours: LikeResult };
  /** Milliseconds, by how many posts there are. */
  readonly refresh: readonly { readonly posts: number; readonly guide: number; readonly ours: number }[];
  /** 8 writers: with nothing else going on, and while all of a rival's SQL is applied. */
  readonly writers: Record<"alone" | "guide" | "ours", WriterResult>;
}

const WRITERS = 8;
const LIKERS = 100;

export async function benchmarkDatabase(options: DatabaseBenchmarkOptions): Promise<DatabaseBenchmark> {
  const { users, posts, runs, report } = options;
  const server = await startBenchServer();
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    report(`${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  };
  try {
    const nothing = await server.create("nothing");
    await runMigrations({
      connectionString: nothing.url,
      directories: sqlFolders("baseline"),
      report: () => {},
    });
    await buildDataset(nothing.superuserUrl, options, (line) => report(`data set: ${line}`));
    const rivals: Rivals = {
      nothing,
      guide: await server.create("guide", nothing),
      ours: await server.create("ours", nothing),
    };
    const { guide, ours } = rivals;

    const writing = (database: BenchDatabase, work: () => Promise<unknown>) =>
      writeDuring(database, { writers: WRITERS, firstUser: Math.floor(users / 3) }, work);
    const writers = {
      alone: await step("8 writers alone", () =>
        writing(ours, () => new Promise((resolve) => setTimeout(resolve, 5_000))),
      ),
      guide: await step("8 writers while the guide's SQL runs", () =>
        writing(guide, async () => {
          // One by one: as one transaction they deadlock with who writes.
          for (const statement of sqlFile("guide.sql").split(";\n")) await run(guide.url, statement);
        }),
      ),
      ours: await step("8 writers while ours runs, every tier", () =>
        writing(ours, () =>
          runMigrations({
            connectionString: ours.url,
            directories: sqlFolders("baseline", "free", "pro", "team", "enterprise"),
            report: () => {},
          }),
        ),
      ),
    };

    await step("in-place counters for the rivals, statistics", async () => {
      await run(guide.url, sqlFile("in-place.sql"));
      // The newest posts would all be by the eight writers, whom hardly anyone follows.
      for (const { superuserUrl } of [guide, ours]) {
        await run(superuserUrl, "delete from public.posts where content like 'Written meanwhile%'");
      }
      await run(guide.url, "refresh materialized view feed_posts_mv");
      await run(ours.superuserUrl, "select public.refresh_feed_posts()");
      for (const { superuserUrl } of [nothing, guide, ours]) await run(superuserUrl, "vacuum analyze");
      await run(ours.superuserUrl, "checkpoint");
    });
    const reads = await step("reads", () => benchmarkReads(rivals, options, runs));
    const api = await step("reads through the data API", () => timeApi(rivals, options, runs));

    const likes = {
      inPlace: await step("likes, a column in place", () =>
        benchmarkLikes(guide, LIKERS, Math.min(users, 1_000), rowCount),
      ),
      ours: await step("likes, our counters", () =>
        benchmarkLikes(ours, LIKERS, Math.min(users, 5_000), exactCount),
      ),
    };

    const timeBoth = async (count: number) => ({
      posts: count,
      guide: await step(`the guide's refresh, ${count} posts`, () =>
        timeRefresh(guide, "refresh materialized view concurrently feed_posts_mv", 1),
      ),
      ours: await step(`our refresh, ${count} posts`, () =>
        timeRefresh(ours, "select public.refresh_feed_posts()", 15),
      ),
    });
    const refresh = [await timeBoth(posts)];
    await step("three times as many posts more", async () => {
      for (const { superuserUrl } of [guide, ours]) await addOlderPosts(superuserUrl, options, posts * 3);
      await run(guide.url, "refresh materialized view feed_posts_mv");
    });
    refresh.push(await timeBoth(posts * 4));
    return { users, posts, reads, api, likes, refresh, writers };
  } finally {
    await server.close();
  }
}
