import { setTimeout as delay } from "node:timers/promises";
import { NoAnswer, type Asked } from "./ask.ts";
import type { Measurement } from "./metric.ts";
import { percentile } from "./percentile.ts";
import { oneLine, sayMilliseconds } from "./text.ts";

/** Something that is asked for again and again, such as a route or a picture. */
export interface Probe {
  readonly name: string;
  send(): Promise<Asked>;
  /** Whether that is an answer to what was asked. */
  expects(status: number): boolean;
}

/** What became of one probe's requests. */
export interface Series {
  readonly name: string;
  readonly answers: readonly Asked[];
  /** In words, such as `answered 500`. */
  readonly failures: readonly string[];
}

/** How long one series may take, milliseconds: what answers slowly is known to after a few requests. */
const SERIES_LIMIT_MS = 20_000;
const FEWEST_REQUESTS = 3;

/** One failure among twenty is a network's; more are the server's. */
const TOLERATED_FAILURES = 0.05;

/**
 * Sends a probe's requests one after the other: a check measures how long people wait, and is not to be what they wait
 * for. Who says that these are too many (429) gets no more of them.
 * @param pauseMs between two requests
 */
export async function takeSeries(probe: Probe, times: number, pauseMs: number): Promise<Series> {
  const answers: Asked[] = [];
  const failures: string[] = [];
  const end = performance.now() + SERIES_LIMIT_MS;
  for (let sent = 0; sent < times; sent++) {
    if (sent >= FEWEST_REQUESTS && performance.now() > end) break;
    if (sent > 0) await delay(pauseMs);
    try {
      const asked = await probe.send();
      if (asked.status === 429) break;
      if (probe.expects(asked.status)) answers.push(asked);
      else failures.push(`answered ${asked.status}`);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      failures.push(error.message);
    }
    // It is down: each further try may take the whole time limit.
    if (failures.length >= FEWEST_REQUESTS && answers.length === 0) break;
  }
  return { name: probe.name, answers, failures };
}

/** All series as one measurement: the slowest of them is held against the objective, and is named. */
export function summarize(series: readonly Series[]): Measurement {
  const timed = series
    .filter(({ answers }) => answers.length > 0)
    .map(({ name, answers }) => ({ name, times: answers.map(({ ms }) => ms) }));
  const failing = series.filter(
    ({ answers, failures }) => failures.length > TOLERATED_FAILURES * (answers.length + failures.length),
  );
  const [slowest] = timed
    .map(({ name, times }) => ({ name, p50: percentile(times, 0.5), p95: percentile(times, 0.95) }))
    .sort((left, right) => right.p95 - left.p95);
  const all = timed.flatMap(({ times }) => times);
  return {
    ...(slowest && {
      now: slowest.p95,
      p50: percentile(all, 0.5),
      p95: percentile(all, 0.95),
      culprit: `${slowest.name}: p50 ${sayMilliseconds(slowest.p50)}, p95 ${sayMilliseconds(slowest.p95)}`,
    }),
    ...(failing.length > 0 && { fault: failing.map(sayFailure).join("; ") }),
    ...(!slowest && failing.length === 0 && { unmeasured: "all requests were refused as too many (429)" }),
  };
}

function sayFailure({ name, answers, failures }: Series): string {
  const of = answers.length + failures.length;
  return `${name} ${oneLine(failures[0] ?? "", 80)} (${failures.length} of ${of} requests)`;
}
