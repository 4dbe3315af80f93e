import type { Database } from "../_shared/database.ts";
import { id, optionalText } from "./payload.ts";
import type { JobKind } from "./worker.ts";

/** `{post, after?}` tells the author's followers; `{follower, followed}` tells who is followed, by e-mail too where there is one. */
export function createFanOut(database: Database, byEmail: boolean): JobKind {
  return async (job) => {
    if (optionalText(job, "post") !== undefined) {
      const after = optionalText(job, "after") === undefined ? {} : { after: id(job, "after") };
      await database.call("fan_out_post", { job_id: job.id, post: id(job, "post"), ...after });
    } else {
      const [follower, followed] = [id(job, "follower"), id(job, "followed")];
      await database.call("fan_out_follow", { job_id: job.id, follower, followed, by_email: byEmail });
    }
  };
}
