import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { accessibilityProblems, complaintsOf } from "../../../app/testing/browser.ts";
import { describeUnless } from "../../../testing/skip.ts";
import { findBrowser, launchBrowser, noChromium } from "../browser.ts";
import type { CheckRecord } from "../history.ts";
import { judge, metrics, type MetricName, type Measurement } from "../metric.ts";
import { reportPage } from "./page.ts";

const objectives = {
  pageMilliseconds: 2000,
  apiMilliseconds: 200,
  imageMilliseconds: 1000,
  queryMilliseconds: 100,
  hitRatePercent: 95,
  functionErrorPercent: 1,
  uptimePercent: 99.9,
};
const values = {
  page: 1200,
  api: 90,
  image: 300,
  query: 20,
  hitRate: 97,
  bandwidth: 4e10,
  functionErrors: 0.2,
  uptime: 100,
};
const time = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString();
const checks = (count: number): CheckRecord[] =>
  Array.from({ length: count }, (_, day) => ({
    time: time(day + 1),
    stack: "prod",
    values: { ...values, query: 20 + 5 * day },
    up: { app: true, api: true, media: true },
  }));
const rowsOf = (found: Partial<Record<MetricName, Measurement>> = {}) =>
  (Object.keys(metrics) as MetricName[]).map((metric) =>
    judge(metric, found[metric] ?? { now: values[metric] }, objectives),
  );
const hostile = `<img src=x onerror="alert(1)">&'"</script>`;
const report = (found?: Partial<Record<MetricName, Measurement>>, count = 30) =>
  reportPage({ stack: "prod", time: time(30), rows: rowsOf(found), checks: checks(count) });

test("a name with HTML in it is text", () => {
  const page = reportPage({
    stack: hostile,
    time: time(1),
    rows: rowsOf({ query: { now: 500, culprit: hostile }, api: { fault: hostile } }),
    checks: checks(2),
  });
  const { document } = parseHTML(page);
  expect(document.querySelectorAll("img, script")).toHaveLength(0);
  const told = [...document.querySelectorAll(".why")].map(({ textContent }) => textContent);
  expect(told).toEqual([hostile, hostile]);
  expect(document.querySelector("title")?.textContent).toBe(`Check of ${hostile}`);
});

test("says first whether all is well, and what is not", () => {
  const first = (found?: Parameters<typeof report>[0]) =>
    parseHTML(report(found)).document.querySelector(".summary")?.textContent;
  expect(first()).toBe("All 7 targets are met.");
  expect(first({ page: { unmeasured: "no Chromium" } })).toBe(
    "No target is missed, of 6 that were measured. Not measured: Page load.",
  );
  expect(first({ query: { now: 101 }, uptime: { now: 99 }, page: { unmeasured: "no Chromium" } })).toBe(
    "2 of 7 targets missed: Database query, Uptime. Not measured: Page load.",
  );
});

test("plots each metric that was ever measured, with its target as a line; the first check has none", () => {
  const { document } = parseHTML(report({ page: { unmeasured: "no Chromium" } }));
  const plots = [...document.querySelectorAll("svg[role=img]")];
  expect(plots).toHaveLength(8);
  const query = plots.find((svg) => svg.getAttribute("aria-label")?.startsWith("Database query"))!;
  expect(query.getAttribute("aria-label")).toBe(
    "Database query in 30 checks: from 20 ms to 165 ms, last 165 ms; target ≤ 100 ms",
  );
  expect(query.querySelectorAll('circle[fill="var(--missed)"]')).toHaveLength(13);
  expect(query.querySelectorAll('[stroke-dasharray="5 4"]')).toHaveLength(1);
  expect(parseHTML(report({}, 1)).document.querySelectorAll("svg")).toHaveLength(0);
});

describeUnless(findBrowser() ? undefined : noChromium, "in a browser", () => {
  test("loads nothing, is accessible, and fits a phone, in the light and in the dark", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lavlay-report-"));
    const browser = await launchBrowser(findBrowser()!);
    try {
      const file = join(folder, "report.html");
      const culprit = `/posts/${"0123456789abcdef".repeat(8)}.png: p50 1 ms, p95 2 ms`;
      writeFileSync(file, report({ image: { now: 2000, culprit }, page: { unmeasured: "no Chromium" } }));
      for (const colorScheme of ["light", "dark"] as const) {
        const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } });
        const page = await context.newPage();
        const complaints = complaintsOf(page);
        const requests: string[] = [];
        page.on("request", (request) => requests.push(request.url()));
        await page.goto(`file://${file}`);
        expect(await accessibilityProblems(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
        expect(requests).toEqual([`file://${file}`]);
        expect(complaints).toEqual([]);
      }
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
