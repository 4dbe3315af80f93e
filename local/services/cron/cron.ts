import { Cron } from "croner";
import pg from "pg";

/** What pg_cron does and the local one does not. */
export const notImitated: readonly string[] = [
  "pg_cron itself: a stand-in with its tables and functions; jobs are run by the local target, looked for every second",
  "jobs in other databases, cron.alter_job, cron.schedule_in_database",
];

export interface CronOptions {
  /** Of the superuser, who runs each job as its owner. */
  readonly url: string;
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

interface Job {
  readonly jobid: string;
  readonly schedule: string;
  readonly command: string;
  readonly username: string;
  readonly database: string;
}

/** Runs the jobs of `cron.job` when they are due, each at most once at a time. */
export class CronScheduler {
  readonly #options: CronOptions;
  readonly #pool: pg.Pool;
  readonly #running = new Map<string, Promise<void>>();
  /** Until when jobs have been looked for. */
  #since: number;
  /** When a job was started last, or first seen: what `N seconds` counts from. */
  readonly #started = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CronOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({ connectionString: options.url, max: 5, application_name: "pg_cron" });
    this.#pool.on("error", (error) => options.log(error.message));
    this.#since = this.#now();
  }

  start(): void {
    this.#timer = setInterval(
      () => void this.tick().catch((error: Error) => this.#options.log(error.message)),
      1_000,
    );
  }

  /** Starts what has become due since the last look; resolves when that is begun. */
  async tick(): Promise<void> {
    const now = this.#now();
    const since = this.#since;
    this.#since = now;
    for (const job of await this.#jobs()) {
      if (this.#running.has(job.jobid) || !this.#isDue(job, since, now)) continue;
      this.#started.set(job.jobid, now);
      const run = this.#run(job)
        .catch((error: Error) => this.#options.log(`job ${job.jobid}: ${error.message}`))
        .finally(() => this.#running.delete(job.jobid));
      this.#running.set(job.jobid, run);
    }
  }

  /** Resolves when all that runs now has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.idle();
    await this.#pool.end();
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  async #jobs(): Promise<Job[]> {
    const { rows: known } = await this.#pool.query<{ there: boolean }>(
      "select to_regclass('cron.job') is not null as there",
    );
    if (!known[0]?.there) return [];
    const { rows } = await this.#pool.query<Job>(
      "select jobid::text, schedule, command, username, database from cron.job where active and database = current_database() order by jobid",
    );
    return rows;
  }

  #isDue({ jobid, schedule }: Job, since: number, now: number): boolean {
    const seconds = /^\s*(\d+) seconds?\s*$/.exec(schedule)?.[1];
    if (seconds) {
      const last = this.#started.get(jobid) ?? since;
      this.#started.set(jobid, last);
      return now - last >= Number(seconds) * 1000;
    }
    // pg_cron writes the last day of a month as `$`.
    const next = new Cron(schedule.trim().replace("$", "L"), { timezone: "UTC" }).nextRun(new Date(since));
    return next !== null && next.getTime() <= now;
  }

  async #run(job: Job): Promise<void> {
    const client = await this.#pool.connect();
    let discard = false;
    try {
      const { rows } = await client.query<{ runid: string }>(
        `insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
         values ($1, pg_backend_pid(), $2, $3, $4, 'running', clock_timestamp()) returning runid::text`,
        [job.jobid, job.database, job.username, job.command],
      );
      const outcome = await this.#execute(client, job);
      await client.query(
        "update cron.job_run_details set status = $2, return_message = $3, end_time = clock_timestamp() where runid = $1",
        [rows[0]?.runid, outcome.status, outcome.message],
      );
    } catch (error) {
      discard = true;
      throw error;
    } finally {
      client.release(discard);
    }
  }

  async #execute(client: pg.PoolClient, job: Job): Promise<{ status: string; message: string }> {
    try {
      await client.query(`set session authorization ${pg.escapeIdentifier(job.username)}`);
      const result = await client.query(job.command);
      const last = Array.isArray(result) ? (result as pg.QueryResult[]).at(-1) : result;
      return { status: "succeeded", message: `${last?.command ?? ""} ${last?.rowCount ?? ""}`.trim() };
    } catch (error) {
      return { status: "failed", message: `ERROR:  ${(error as Error).message}` };
    } finally {
      await client.query("rollback; reset session authorization; discard all").catch(async () => {
        await client.query("rollback");
        await client.query("reset session authorization");
      });
    }
  }
}
