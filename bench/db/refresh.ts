import { run, type BenchDatabase } from "./server.ts";

/** Median milliseconds of a refresh, nothing having changed since the last. */
export async function timeRefresh(
  { superuserUrl }: BenchDatabase,
  statement: string,
  runs: number,
): Promise<number> {
  await run(superuserUrl, statement); // Warms up.
  const times: number[] = [];
  for (let n = 0; n < runs; n++) {
    const started = performance.now();
    await run(superuserUrl, statement);
    times.push(performance.now() - started);
  }
  return times.sort((left, right) => left - right)[runs >> 1] ?? 0;
}
