import type { ClientBase } from "pg";
import type { Problem } from "../../catalog/problem.ts";

/** What a stack is to become. */
export interface LeavingOptions {
  /** Folders of `sql/` that it has, and that it would have. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** GB that the new plan holds; absent where the disk grows. */
  readonly holdsGigabytes?: number;
}

/**
 * What in the database would be left with nobody to care for it: jobs that no worker takes, dead letters that nobody has
 * looked at, more data than the new plan holds. Partitions stay and need no care: whether or not the schedule that makes new
 * ones has a way down, an insert for which there is none goes to the default partition.
 */
export async function undrained(client: ClientBase, options: LeavingOptions): Promise<Problem[]> {
  return [
    ...(leavesQueue(options) ? await queuedJobs(client) : []),
    ...(options.holdsGigabytes === undefined ? [] : await databaseSize(client, options.holdsGigabytes)),
  ];
}

/** The folder `team` makes the job queue. */
export function leavesQueue({ from, to }: Pick<LeavingOptions, "from" | "to">): boolean {
  return from.includes("team") && !to.includes("team");
}

interface Queue {
  readonly length: string;
  readonly seconds: number | null;
}

async function queuedJobs(client: ClientBase): Promise<Problem[]> {
  const waiting = await queue(client, "jobs");
  const dead = await queue(client, "dead_jobs");
  const problems: Problem[] = [];
  if (waiting) {
    problems.push({
      key: "queue jobs",
      value: `${waiting.length} waiting, the oldest for ${duration(waiting.seconds ?? 0)}`,
      limit: "without a job queue no worker takes them: they would never be done",
      fix: "Stop what enqueues, and let the workers finish. What is not wanted any more: select pgmq.purge_queue('jobs').",
    });
  }
  if (dead) {
    problems.push({
      key: "queue dead_jobs",
      value: `${dead.length} that failed five times`,
      limit: "nobody has looked at them, and nobody would",
      fix: "Look at them: select * from pgmq.q_dead_jobs. Then: select pgmq.purge_queue('dead_jobs').",
    });
  }
  return problems;
}

/** How full a queue is; undefined where it is empty or there is none. */
async function queue(client: ClientBase, name: string): Promise<Queue | undefined> {
  const table = `pgmq.q_${name}`;
  const there = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [
    table,
  ]);
  if (!there.rows[0]?.there) return undefined;
  const { rows } = await client.query<Queue>(
    `select count(*) as length, extract(epoch from now() - min(enqueued_at))::float8 as seconds from ${table}`,
  );
  return rows[0] && rows[0].length !== "0" ? rows[0] : undefined;
}

async function databaseSize(client: ClientBase, holds: number): Promise<Problem[]> {
  const { rows } = await client.query<{ bytes: string }>(
    "select pg_database_size(current_database()) as bytes",
  );
  const gigabytes = Number(rows[0]?.bytes) / 1e9;
  if (gigabytes <= holds) return [];
  return [
    {
      key: "database",
      value: `${gigabytes.toFixed(1)} GB`,
      limit: `the new plan holds ${holds} GB, and is read-only beyond`,
      fix: "Delete what is not needed and `vacuum full` its tables, or stay on the plan.",
      see: "https://supabase.com/docs/guides/platform/database-size",
    },
  ];
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
