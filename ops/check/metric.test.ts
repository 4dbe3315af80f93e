import { expect, test } from "vitest";
import { judge } from "./metric.ts";
import { printMissed, printRows } from "./print.ts";

const objectives = {
  pageMilliseconds: 2000,
  apiMilliseconds: 200,
  imageMilliseconds: 1000,
  queryMilliseconds: 100,
  hitRatePercent: 95,
  functionErrorPercent: 1,
  uptimePercent: 99.9,
};

test("a time is met up to its objective, a share from it on", () => {
  const verdict = (metric: Parameters<typeof judge>[0], now: number) =>
    judge(metric, { now }, objectives).verdict;
  expect(verdict("api", 200)).toBe("met");
  expect(verdict("api", 200.1)).toBe("missed");
  expect(verdict("uptime", 99.9)).toBe("met");
  expect(verdict("uptime", 99.89)).toBe("missed");
});

test("what was not measured is never met, and what has no objective is not judged", () => {
  expect(judge("page", { unmeasured: "no Chromium" }, objectives)).toMatchObject({
    verdict: "unmeasured",
    target: 2000,
  });
  expect(judge("bandwidth", { now: 1e12 }, objectives)).not.toHaveProperty("target");
  expect(judge("bandwidth", { now: 1e12 }, objectives).verdict).toBe("told");
});

test("a fault misses the objective, whatever the number, and with none", () => {
  expect(judge("api", { now: 1, fault: "answered 500" }, objectives).verdict).toBe("missed");
  expect(judge("page", { fault: "did not load" }, objectives).verdict).toBe("missed");
});

test("the table has a line for each row, and the missed ones are told with value, target and culprit", () => {
  const rows = [
    judge("query", { now: 612.4, p50: 2, p95: 40, culprit: "public.slow: 612 ms" }, objectives),
    judge("page", { unmeasured: "no Chromium" }, objectives),
    judge("hitRate", { now: 96, fault: "/a.png is never cached" }, objectives),
    judge("uptime", { now: 100, culprit: "1 check so far" }, objectives),
  ];
  const [heading, ...lines] = printRows(rows).split("\n");
  expect(heading).toContain("target");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^Database query +≤ 100 ms +612 ms +2 ms +40 ms +.*MISSED.* public\.slow/);
  expect(lines[1]).toMatch(/not measured.* no Chromium$/);
  expect(printMissed(rows)).toEqual([
    "Database query: 612 ms, target ≤ 100 ms. public.slow: 612 ms",
    "Cache hit rate: 96 %, target ≥ 95 %. /a.png is never cached",
  ]);
});

test("a culprit's name cannot steer the terminal", () => {
  const row = judge("api", { now: 1, culprit: "/\u001b[2J\u202efake\nok" }, objectives);
  // eslint-disable-next-line no-control-regex -- the very characters that must not come out
  expect(printRows([row]).split("\n").at(-1)).not.toMatch(/\u001b\[2J|\u202e/);
  expect(printRows([row]).split("\n")).toHaveLength(2);
});
