import { aims, type AppBenchmark, type Loads, visits } from "./benchmark.ts";

/** What is told of a load, and what it may be at most. */
const measures = {
  "largest paint": { value: ({ lcp }: Loads) => lcp, aim: aims.lcp, words: seconds },
  "layout shift": {
    value: ({ cls }: Loads) => cls,
    aim: aims.cls,
    words: (value: number) => value.toFixed(3),
  },
  script: { value: ({ script }: Loads) => script, aim: aims.script, words: kilobytes },
  "feed to picture": {
    value: ({ feedToImage }: Loads) => feedToImage,
    aim: aims.feedToImage,
    words: seconds,
  },
} as const;

/** The measurements as a table for people. */
export function printAppBenchmark({ profile, ours, before }: AppBenchmark): string {
  const { megabitsDown, roundTripMs, cpuSlowdown } = profile;
  const lines = [
    `Slow 4G: ${megabitsDown} Mbit/s, ${roundTripMs} ms round trip; CPU slowed ${cpuSlowdown} times; ` +
      `a phone's screen. Medians of ${ours["signed in"].runs} loads.`,
    before
      ? `Before: the app of commit ${before.commit}, in the same run.`
      : "The app as it was is not in this repository's history: nothing to compare with.",
    "",
    row(["visit", "measure", "today", "before", "aim", ""]),
  ];
  for (const visit of visits) {
    for (const [name, { value, aim, words }] of Object.entries(measures)) {
      const today = value(ours[visit]);
      if (today === undefined) continue;
      const then = before && value(before.loads[visit]);
      const met = today <= aim ? "met" : "NOT MET";
      lines.push(
        row([visit, name, words(today), then === undefined ? "-" : words(then), `< ${words(aim)}`, met]),
      );
    }
  }
  return lines.join("\n");
}

function row(cells: readonly string[]): string {
  const widths = [12, 17, 10, 10, 12, 8];
  return cells
    .map((cell, nth) => cell.padEnd(widths[nth] ?? 0))
    .join("")
    .trimEnd();
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
