import { redact } from "../../infra/database/connection.ts";
import type { Measurement } from "./metric.ts";
import { sayQuery } from "./query-text.ts";
import { readStatements, type Statement } from "./statements.ts";
import { oneLine, sayCount, sayMilliseconds } from "./text.ts";

/** What a check keeps of the statements for the next: calls and milliseconds by id. */
export type Counters = Record<string, [calls: number, total: number]>;

/** A statement in the time between two checks. */
export interface Called {
  readonly query: string;
  readonly calls: number;
  /** Milliseconds of one call. */
  readonly mean: number;
}

/** Fewer calls than that say nothing: the first ones find nothing in memory. */
const FEWEST_CALLS = 3;

/** @param earlier what the last check kept, and when it was, milliseconds since 1970 */
export async function measureQueries(
  databaseUrl: string,
  earlier: { readonly time: number; readonly counters: Counters } | undefined,
): Promise<{ measurement: Measurement; counters?: Counters }> {
  let statements: Statement[];
  try {
    statements = await readStatements(databaseUrl);
  } catch (error) {
    const reason = redact((error as Error).message, databaseUrl) || (error as { code?: string }).code;
    return {
      measurement: { unmeasured: `the database's statistics cannot be read: ${oneLine(reason ?? "")}` },
    };
  }
  return {
    measurement: slowestOf(calledSince(statements, earlier)),
    counters: Object.fromEntries(statements.map(({ id, calls, total }) => [id, [calls, total]])),
  };
}

/**
 * What was called since the earlier check. A statement whose counters began anew meanwhile, or that was not among those
 * kept, counts with all it has.
 */
export function calledSince(
  statements: readonly Statement[],
  earlier: { readonly time: number; readonly counters: Counters } | undefined,
): Called[] {
  return statements.flatMap(({ id, query, calls, total, since }) => {
    const kept = earlier && since <= earlier.time ? earlier.counters[id] : undefined;
    const [callsBefore, totalBefore] = kept && kept[0] <= calls ? kept : [0, 0];
    const called = calls - callsBefore;
    return called > 0 ? [{ query, calls: called, mean: Math.max(0, total - totalBefore) / called }] : [];
  });
}

/** The statement that takes the longest, and the means of all as percentiles over their calls. */
export function slowestOf(called: readonly Called[]): Measurement {
  const told = called
    .filter(({ calls }) => calls >= FEWEST_CALLS)
    .sort((left, right) => left.mean - right.mean);
  const slowest = told.at(-1);
  if (!slowest) return { unmeasured: `no statement was called ${FEWEST_CALLS} times since the last check` };
  const calls = told.reduce((sum, each) => sum + each.calls, 0);
  const meanAt = (share: number): number => {
    let counted = 0;
    return told.find((each) => (counted += each.calls) >= share * calls)?.mean ?? slowest.mean;
  };
  return {
    now: slowest.mean,
    p50: meanAt(0.5),
    p95: meanAt(0.95),
    culprit: `${sayQuery(slowest.query)}: ${sayMilliseconds(slowest.mean)} on average of ${sayCount(slowest.calls)} calls`,
  };
}
