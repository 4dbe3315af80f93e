import type { LifecycleRule } from "../../state/model.ts";
import type { Bucket } from "./operation.ts";

/** R2's own rule of every bucket: unfinished uploads go after seven days, seconds. */
const defaultAbortAge = 7 * 24 * 3600;

/** Executes a bucket's lifecycle rules; how many objects and uploads it removed. */
export async function applyLifecycle(
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  now: number,
): Promise<{ objects: number; uploads: number }> {
  const enabled = rules.filter((rule) => rule.enabled);
  const removed = { objects: 0, uploads: 0 };
  for (const upload of await bucket.uploads.list()) {
    const ages = enabled
      .filter(
        (rule) => rule.abortMultipartUploadsTransition && upload.key.startsWith(rule.conditions.prefix ?? ""),
      )
      .map((rule) => rule.abortMultipartUploadsTransition!.condition.maxAge);
    if (now - upload.initiated < (ages.length > 0 ? Math.min(...ages) : defaultAbortAge) * 1000) continue;
    await bucket.uploads.abort(upload);
    removed.uploads++;
  }
  for (const info of await bucket.objects.list()) {
    const due = enabled.some(
      ({ conditions, deleteObjectsTransition: transition }) =>
        transition &&
        info.key.startsWith(conditions.prefix ?? "") &&
        isDue(transition.condition, info.modified, now),
    );
    if (due && (await bucket.objects.delete(info.key))) removed.objects++;
  }
  return removed;
}

function isDue(
  condition: { type: string; maxAge?: number; date?: string },
  modified: number,
  now: number,
): boolean {
  if (condition.type === "Date") return condition.date !== undefined && now >= Date.parse(condition.date);
  return condition.maxAge !== undefined && now - modified >= condition.maxAge * 1000;
}
