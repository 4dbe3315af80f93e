import { setTimeout as delay } from "node:timers/promises";
import type { VendorClient } from "../vendors/client.ts";
import { VendorRefusal } from "../vendors/refusal.ts";

export interface GoBackOptions {
  /** Is told what Supabase says of the project. */
  readonly progress?: (status: string) => void;
  /** Milliseconds between two looks. Default: 1 s. */
  readonly pauseMs?: number;
  /** Milliseconds until it has to be seen that it has begun. Default: 3 minutes. */
  readonly beginMs?: number;
  /** Milliseconds until it has to be done. Default: 4 hours, since it takes as long as the database is large. */
  readonly limitMs?: number;
}

/**
 * Takes a project's database back to a moment, and resolves when it answers again.
 * @param moment a whole second that is kept
 * @throws VendorRefusal where that is refused; Error where it has failed or takes too long
 */
export async function goBack(
  supabase: VendorClient,
  project: string,
  moment: Date,
  options: GoBackOptions = {},
): Promise<void> {
  const { progress, pauseMs = 1_000, beginMs = 3 * 60_000, limitMs = 4 * 3_600_000 } = options;
  await supabase.call(`/v1/projects/${project}/database/backups/restore-pitr`, {
    method: "POST",
    body: { recovery_time_target_unix: moment.getTime() / 1_000 },
  });
  const since = Date.now();
  // That it is healthy says nothing until it has been anything else: it may not have begun.
  for (let begun = false; ; await delay(pauseMs)) {
    const status = await statusOf(supabase, project);
    progress?.(status ?? "no answer");
    if (status === "RESTORE_FAILED")
      throw new Error("Supabase says that the restore has failed: ask its support.");
    if (status === "ACTIVE_HEALTHY" && begun) return;
    begun ||= status !== undefined && status !== "ACTIVE_HEALTHY";
    if (Date.now() - since > (begun ? limitMs : beginMs))
      throw new Error(
        `Supabase still says ${status ?? "nothing"}: its dashboard tells how far the restore is. When it is done, run this again with --reapply in place of --to.`,
      );
  }
}

/** Undefined where nobody answers just now: what was begun goes on meanwhile. */
async function statusOf(supabase: VendorClient, project: string): Promise<string | undefined> {
  try {
    return (await supabase.call<{ status: string }>(`/v1/projects/${project}`)).status;
  } catch (error) {
    const passing = error instanceof VendorRefusal && [0, 429, 500, 502, 503, 504].includes(error.status);
    if (passing) return undefined;
    throw error;
  }
}
