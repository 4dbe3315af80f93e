/** What repeated timings of one thing were, in milliseconds. */
export interface Timing {
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function summarize(milliseconds: readonly number[]): Timing {
  const sorted = [...milliseconds].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { runs: sorted.length, min: sorted[0] ?? 0, median: median ?? 0, max: sorted.at(-1) ?? 0 };
}

/** `2.31 s (2.20-2.52, 5 runs)` */
export function formatTiming({ runs, min, median, max }: Timing): string {
  const seconds = (value: number) => (value / 1000).toFixed(2);
  return `${seconds(median)} s (${seconds(min)}-${seconds(max)}, ${runs} runs)`;
}

/**
 * Times several things in turn, so that what the machine does meanwhile falls on all of them alike. The first round
 * only warms up.
 */
export async function timeInTurn<K extends string>(
  runs: number,
  works: Readonly<Record<K, () => Promise<unknown>>>,
): Promise<Record<K, Timing>> {
  const names = Object.keys(works) as K[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let run = 0; run <= runs; run++) {
    for (const name of names) {
      const started = performance.now();
      await works[name]();
      if (run > 0) taken[name].push(performance.now() - started);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summarize(taken[name])])) as Record<K, Timing>;
}
