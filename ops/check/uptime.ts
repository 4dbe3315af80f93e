import type { CheckRecord } from "./history.ts";
import type { Measurement } from "./metric.ts";
import type { Reachable } from "./reachable.ts";

const HOUR_MS = 60 * 60 * 1000;
const WINDOW_MS = 30 * 24 * HOUR_MS;

/** Of what was between two checks that are further apart nothing is known. */
const LONGEST_GAP_MS = 24 * HOUR_MS;

const isUp = ({ up }: Pick<CheckRecord, "up">) => up.app && up.api && up.media;

/**
 * The share of time in which all hosts answered, in percent: what a check found holds for the time since the one before,
 * for a day at most. The first check alone tells just of itself.
 * @param checks oldest first, the present one last
 */
export function uptime(checks: readonly Pick<CheckRecord, "time" | "up">[]): number {
  const last = checks.at(-1);
  if (!last) throw new RangeError("There is no uptime without a check.");
  const begin = Date.parse(last.time) - WINDOW_MS;
  let up = 0;
  let all = 0;
  for (const [index, check] of checks.entries()) {
    const before = checks[index - 1];
    if (!before || Date.parse(check.time) <= begin) continue;
    const from = Math.max(begin, Date.parse(before.time));
    const span = Math.min(LONGEST_GAP_MS, Date.parse(check.time) - from);
    all += span;
    if (isUp(check)) up += span;
  }
  return all === 0 ? (isUp(last) ? 100 : 0) : (100 * up) / all;
}

/** A host that is down is a fault, however good the month was. */
export function measureUptime(
  earlier: readonly CheckRecord[],
  present: Pick<CheckRecord, "time" | "up">,
  reachable: Reachable,
): Measurement {
  const down = Object.entries(reachable).flatMap(([name, why]) => (why ? [`${name} is down: ${why}`] : []));
  const worst = worstHost([...earlier, present]);
  const count = earlier.length + 1;
  return {
    now: uptime([...earlier, present]),
    culprit: `${count} ${count === 1 ? "check" : "checks"} so far${worst}`,
    ...(down.length > 0 && { fault: down.join("; ") }),
  };
}

function worstHost(checks: readonly Pick<CheckRecord, "up">[]): string {
  const downs = (["app", "api", "media"] as const)
    .map((name) => ({ name, count: checks.filter(({ up }) => !up[name]).length }))
    .sort((left, right) => right.count - left.count);
  const [worst] = downs;
  return worst && worst.count > 0 ? `, ${worst.name} down in ${worst.count} of them` : "";
}
