import pg from "pg";
import { userUuid } from "./reads.ts";
import type { BenchDatabase } from "./server.ts";

export interface WriterResult {
  readonly writes: number;
  readonly errors: readonly string[];
  /** Milliseconds of a write, as its client sees it. */
  readonly median: number;
  readonly longest: number;
  /** What the longest one wrote. */
  readonly longestWrite: string;
  /** Milliseconds that a write was seen to wait for a lock at a stretch; the rest is the disk's and the processor's. */
  readonly longestLock: number;
}

/** What the app writes, in turn: as a signed-in user, but for the ledger, which is the service's. */
const writes: { what: string; role: string; sql: string; values: (n: number, me: string) => unknown[] }[] = [
  {
    what: "post",
    role: "authenticated",
    sql: "insert into public.posts (user_id, content) values ($1, $2)",
    values: (n, me) => [me, `Written meanwhile, ${n}`],
  },
  {
    what: "like",
    role: "authenticated",
    sql: `insert into public.likes (user_id, post_id)
      select $1, id from public.posts where user_id = $2 and deleted_at is null limit 1 on conflict do nothing`,
    values: (n, me) => [me, userUuid(n % 500)],
  },
  {
    what: "comment",
    role: "authenticated",
    sql: `insert into public.comments (post_id, user_id, content)
      select id, $1, 'Meanwhile' from public.posts where user_id = $2 and deleted_at is null limit 1`,
    values: (n, me) => [me, userUuid(n % 700)],
  },
  {
    what: "follow",
    role: "authenticated",
    sql: "insert into public.follows (follower_id, following_id) values ($1, $2) on conflict do nothing",
    values: (n, me) => [me, userUuid(n % 900)],
  },
  {
    what: "profile",
    role: "authenticated",
    sql: "update public.users set bio = $2 where id = $1",
    values: (n, me) => [me, `Bio ${n}`],
  },
  {
    what: "points",
    role: "service_role",
    sql: "insert into public.points_transactions (user_id, amount, reason) values ($1, 1, $2)",
    values: (n, me) => [me, `write ${n}`],
  },
];

const APPLICATION = "bench writer";
const SAMPLE_MS = 10;

/** Looks again and again for writers that wait for a lock, until it is done; the longest wait. */
async function watchLocks(superuserUrl: string, isDone: () => boolean): Promise<number> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const since = new Map<number, number>();
  let longest = 0;
  while (!isDone()) {
    const { rows } = await client.query<{ pid: number; waits: boolean }>(
      "select pid, wait_event_type is not distinct from 'Lock' as waits from pg_stat_activity where application_name = $1",
      [APPLICATION],
    );
    const now = performance.now();
    for (const { pid, waits } of rows) {
      if (!waits) since.delete(pid);
      else if (!since.has(pid)) since.set(pid, now);
      longest = Math.max(longest, now - (since.get(pid) ?? now));
    }
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  await client.end();
  return longest;
}

/** Writes on so many connections, pausing between writes as people do, until the work is done. */
export async function writeDuring(
  { url, superuserUrl }: BenchDatabase,
  size: { readonly writers: number; readonly firstUser: number },
  work: () => Promise<unknown>,
): Promise<WriterResult> {
  const times: number[] = [];
  const errors: string[] = [];
  let longest = { milliseconds: 0, what: "" };
  let done = false;
  const writer = async (nth: number) => {
    const client = new pg.Client({ connectionString: url, application_name: APPLICATION });
    await client.connect();
    const me = userUuid(size.firstUser + nth);
    await client.query("select set_config('request.jwt.claims', $1, false)", [
      JSON.stringify({ sub: me, role: "authenticated" }),
    ]);
    for (let n = nth * 7; !done; n++) {
      const write = writes[n % writes.length];
      if (!write) break;
      await client.query(`set role ${write.role}`);
      const started = performance.now();
      try {
        await client.query(write.sql, write.values(n * 31, me));
      } catch (error) {
        errors.push(`${write.what}: ${(error as Error).message}`);
      }
      const milliseconds = performance.now() - started;
      times.push(milliseconds);
      if (milliseconds > longest.milliseconds) longest = { milliseconds, what: write.what };
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await client.end();
  };
  const locks = watchLocks(superuserUrl, () => done);
  const writers = Promise.all(Array.from({ length: size.writers }, (_, nth) => writer(nth)));
  try {
    await work();
  } finally {
    done = true;
    await writers;
  }
  const sorted = times.sort((left, right) => left - right);
  return {
    writes: times.length,
    errors,
    median: sorted[sorted.length >> 1] ?? 0,
    longest: longest.milliseconds,
    longestWrite: longest.what,
    longestLock: await locks,
  };
}
