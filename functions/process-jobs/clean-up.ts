import type { Database } from "../_shared/database.ts";
import { inParallel } from "../_shared/in-parallel.ts";
import { log } from "../_shared/log.ts";
import { bucketNames } from "../_shared/upload-rules.ts";
import type { Bucket } from "./bucket.ts";
import { optionalText } from "./payload.ts";
import type { JobKind } from "./worker.ts";

export interface CleanUpParts {
  database: Database;
  bucket: Bucket;
  /** What stands before a key in the addresses that rows hold. */
  mediaUrl: string;
}

/** An upload that its post, reel or profile is still being written for is left alone. */
const youngestMs = 24 * 60 * 60 * 1000;
/** As many as the data API answers with at most. */
const askedAtOnce = 100;

/**
 * `{after?}`: deletes the files that no row refers to and that are older than a day, a page of the bucket's list at a time;
 * a job for the next page follows. Done twice, it finds nothing the second time.
 */
export function createCleanUp({ database, bucket, mediaUrl }: CleanUpParts): JobKind {
  return async (job) => {
    const { objects, next } = await bucket.list(optionalText(job, "after"));
    const oldest = Date.now() - youngestMs;
    const old = objects
      .filter(({ key, modified }) => modified < oldest && isUpload(key))
      .map(({ key }) => key);
    let deleted = 0;
    for (let at = 0; at < old.length; at += askedAtOnce) {
      const addresses = old.slice(at, at + askedAtOnce).map((key) => `${mediaUrl}/${key}`);
      const orphans = await database.call<string[]>("unreferenced_media", { addresses });
      await inParallel(orphans, 5, (address) => bucket.delete(address.slice(mediaUrl.length + 1)));
      deleted += orphans.length;
    }
    if (deleted > 0) log("info", "orphans deleted", { deleted });
    await database.call("complete_job_with", {
      job_id: job.id,
      ...(next !== undefined && { next_kind: "clean-up", next_payload: { after: next } }),
    });
  };
}

/** What is below other folders is not the upload function's, and not ours to delete. */
function isUpload(key: string): boolean {
  return bucketNames.some((name) => key.startsWith(`${name}/`));
}
