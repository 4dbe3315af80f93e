import type { Database } from "../_shared/database.ts";
import { HttpError } from "../_shared/http.ts";
import { inParallel } from "../_shared/in-parallel.ts";
import { log } from "../_shared/log.ts";

export interface Job {
  id: number;
  kind: string;
  payload: Record<string, unknown>;
  attempts: number;
}

/** Does a job and completes it, in one transaction with its effect. Throws where it cannot be done now. */
export type JobKind = (job: Job) => Promise<void>;

/** A job that can never be done. */
export class BadJob extends Error {}

/** How many jobs ended which way. */
export interface Counts {
  done: number;
  failed: number;
  buried: number;
}

/** What was read is done before any deadline: a job that is read and left would count as a failed attempt. */
const readAtOnce = 10;
const doneAtOnce = 5;
const hiddenSeconds = 120;

/**
 * Does what is in the queue, for so long or until it is empty. Two may run at once: a job that is read is hidden from
 * others, and one that was given to two in turn takes effect once.
 */
export function createWorker(database: Database, kinds: Readonly<Record<string, JobKind>>) {
  return async (milliseconds: number): Promise<Counts> => {
    const counts: Counts = { done: 0, failed: 0, buried: 0 };
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      const jobs = await database.call<Job[]>("read_jobs", {
        quantity: readAtOnce,
        hidden_seconds: hiddenSeconds,
      });
      if (jobs.length === 0) break;
      await inParallel(jobs, doneAtOnce, async (job) => {
        counts[await finish(job)]++;
      });
    }
    return counts;
  };

  async function finish(job: Job): Promise<keyof Counts> {
    try {
      const work = Object.hasOwn(kinds, job.kind) ? kinds[job.kind] : undefined;
      if (work === undefined) throw new BadJob("unknown kind");
      await work(job);
      return "done";
    } catch (error) {
      const reason = reasonOf(error);
      log("warn", "job failed", { id: job.id, kind: job.kind.slice(0, 40), attempts: job.attempts, reason });
      if (error instanceof BadJob) {
        await database.call("bury_job", { job_id: job.id, reason });
        return "buried";
      }
      await database.call("fail_job", { job_id: job.id, reason });
      return "failed";
    }
  }
}

/** Of our own errors; others may quote what they were given. */
function reasonOf(error: unknown): string {
  if (error instanceof BadJob) return error.message;
  if (error instanceof HttpError) return error.reason ?? error.code;
  return error instanceof Error ? error.name : "unknown";
}
