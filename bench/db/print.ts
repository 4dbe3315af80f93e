import type { DatabaseBenchmark } from "./benchmark.ts";
import type { Percentiles } from "./time-reads.ts";

/** The measurement for a terminal: what was aimed at stands beside what came out. */
export function printDatabaseBenchmark(measured: DatabaseBenchmark): string {
  const { users, posts, reads, api, likes, refresh, writers } = measured;
  const cell = (timing?: Percentiles) =>
    timing ? `${number(timing.p50)} / ${number(timing.p95)}`.padStart(19) : " ".repeat(19);
  const row = (name: string, cells: string[]) => `  ${name.padEnd(22)}${cells.join("")}`;
  const title = (...names: string[]) =>
    row(
      "",
      names.map((name) => name.padStart(19)),
    );
  const feed = reads["feed, page 1"];
  const deep = Object.entries(reads).find(([name]) => name.startsWith("feed, page") && !name.endsWith(" 1"));
  const ratio = (left = 0, right = 0) => (right === 0 ? "-" : (left / right).toFixed(2));
  const [small, large] = refresh;
  return [
    `${users} users, ${posts} posts. Milliseconds on the server, p50 / p95:`,
    title("floor", "no SQL of a tier", "the guide's", "ours"),
    ...Object.entries(reads).map(([name, timings]) =>
      row(name, [cell(timings.floor), cell(timings.nothing), cell(timings.guide), cell(timings.ours)]),
    ),
    "Through the data API:",
    ...Object.entries(api).map(([name, { floor, guide, ours }]) =>
      row(name, [cell(floor), cell(), cell(guide), cell(ours)]),
    ),
    "Ratios:",
    `  feed page 1: ${ratio(feed?.ours?.p50, feed?.floor?.p50)} times the floor (aim: 3), the guide's view is ${ratio(feed?.guide?.p50, feed?.ours?.p50)} times slower (aim: 100)`,
    ...(deep ? [`  ${deep[0]}: ${ratio(deep[1].ours?.p50, feed?.ours?.p50)} times page 1 (aim: 2)`] : []),
    ...Object.entries(reads)
      .filter(([name]) => name.startsWith("following"))
      .map(
        ([name, { guide, ours }]) =>
          `  ${name}, p95: ${ratio(guide?.p95, ours?.p95)} times faster than on the guide's indexes (aim: 3)`,
      ),
    `  search, p95: ${number(reads["search"]?.ours?.p95 ?? 0)} ms (aim: 10)`,
    "100 users like one post at once:",
    `  a column in place  ${likes.inPlace.perSecond.toFixed(0)} a second, counted ${likes.inPlace.counted} of ${likes.inPlace.likes}`,
    `  ours               ${likes.ours.perSecond.toFixed(0)} a second, counted ${likes.ours.counted} of ${likes.ours.likes}: ${ratio(likes.ours.perSecond, likes.inPlace.perSecond)} times (aim: 5)`,
    "Refresh of the feed's view, milliseconds:",
    ...refresh.map(
      ({ posts: count, guide, ours }) =>
        `  ${String(count).padStart(9)} posts  the guide's ${number(guide)}  ours ${number(ours)}`,
    ),
    `  four times the posts cost the guide's ${ratio(large?.guide, small?.guide)} times, ours ${ratio(large?.ours, small?.ours)} times (aim: 1.3)`,
    "8 writers meanwhile, milliseconds:",
    ...Object.entries(writers).map(
      ([name, { writes, errors, median, longest, longestWrite, longestLock }]) =>
        `  ${name.padEnd(7)} ${writes} writes, ${errors.length} errors${errors[0] ? ` (${errors[0]})` : ""}, median ${number(median)}, longest ${number(longest)} (${longestWrite}), longest wait for a lock ${number(longestLock)} (aim: 250)`,
    ),
  ].join("\n");
}

const number = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
