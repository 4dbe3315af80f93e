import type { VendorClient } from "../vendors/client.ts";
import { functionStatistics, type FunctionStatistics } from "../vendors/function-logs.ts";
import type { Measurement } from "./metric.ts";
import { sayCount, sayMilliseconds } from "./text.ts";

const HOURS = 24;

/** Fewer calls than that are no rate. */
const FEWEST_CALLS = 20;

/** The share of the edge functions' calls that were answered 5xx, by the platform's log. @throws VendorRefusal */
export async function measureFunctionErrors(
  supabase: VendorClient | undefined,
  projectRef: string,
): Promise<Measurement> {
  if (!supabase) return { unmeasured: "SUPABASE_ACCESS_TOKEN is not set" };
  return sayFunctions(await functionStatistics(supabase, projectRef, HOURS));
}

/** @param functions those with the most errors first */
export function sayFunctions(functions: readonly FunctionStatistics[]): Measurement {
  const total = (key: "calls" | "errors") => functions.reduce((sum, each) => sum + each[key], 0);
  const calls = total("calls");
  const [worst] = functions;
  if (!worst || calls < FEWEST_CALLS)
    return { unmeasured: `too few calls to tell a rate: ${calls} in ${HOURS} hours, of ${FEWEST_CALLS}` };
  return {
    now: (100 * total("errors")) / calls,
    culprit: `${worst.slug}: ${sayCount(worst.errors)} of ${sayCount(worst.calls)} calls failed, p95 ${sayMilliseconds(worst.p95Milliseconds)}`,
  };
}
