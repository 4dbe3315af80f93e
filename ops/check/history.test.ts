import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendHistory, parseHistory, readHistory, type CheckRecord } from "./history.ts";
import { measureUptime, uptime } from "./uptime.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lavlay-history-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
const start = Date.parse("2026-01-01T00:00:00Z");
const everything = { app: true, api: true, media: true };
const check = (hours: number, up = everything, stack = "prod"): CheckRecord => ({
  time: new Date(start + hours * HOUR).toISOString(),
  stack,
  values: { api: 100 + hours },
  up,
});
const down = { ...everything, api: false };

test("each check adds a line, and is read again", () => {
  const file = join(folder, "history.jsonl");
  expect(readHistory(file, "prod")).toEqual({ checks: [], damaged: 0 });
  appendHistory(file, check(0));
  appendHistory(file, { ...check(1), statements: { "1/anon": [3, 4.5] } });
  const { checks } = readHistory(file, "prod");
  expect(checks).toEqual([check(0), { ...check(1), statements: { "1/anon": [3, 4.5] } }]);
});

test("a line that was cut off costs itself alone, also when the next is added", () => {
  const file = join(folder, "history.jsonl");
  appendHistory(file, check(0));
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, whole + whole.slice(0, 40));
  expect(readHistory(file, "prod")).toEqual({ checks: [check(0)], damaged: 1 });
  appendHistory(file, check(1));
  expect(readHistory(file, "prod")).toEqual({ checks: [check(0), check(1)], damaged: 1 });
});

test("what is no check is passed over; other stacks, order and unknown keys do not matter", () => {
  const text = [
    JSON.stringify({ ...check(2), later: "version" }),
    JSON.stringify(check(1)),
    JSON.stringify(check(1, everything, "dev")),
    '{"time": "yesterday"}',
    "null",
    "",
  ].join("\n");
  const { checks, damaged } = parseHistory(text, "prod");
  expect(checks.map(({ values }) => values.api)).toEqual([101, 102]);
  expect(damaged).toBe(2);
});

test("a check tells of the time since the one before, by its length", () => {
  expect(uptime([check(0), check(6), check(7, down), check(8)])).toBeCloseTo(100 * (7 / 8));
  expect(uptime([check(0, down), check(9), check(10)])).toBe(100);
});

test("of more than a day between two checks nothing is known", () => {
  expect(uptime([check(0), check(24 * 10, down), check(24 * 11)])).toBeCloseTo(50);
});

test("what is older than thirty days is forgotten", () => {
  const old = Array.from({ length: 10 }, (_, hours) => check(hours, down));
  const recent = Array.from({ length: 10 }, (_, hours) => check(24 * 31 + hours));
  expect(uptime([...old, ...recent])).toBe(100);
});

test("the first check tells of itself alone", () => {
  expect(uptime([check(0)])).toBe(100);
  expect(uptime([check(0, down)])).toBe(0);
  expect(uptime([check(0), check(0)])).toBe(100);
});

test("a host that is down is a fault that names it, however good the month was", () => {
  const month = Array.from({ length: 100 }, (_, hours) => check(hours));
  const reachable = { app: undefined, api: "x did not answer (ECONNREFUSED)", media: undefined };
  expect(measureUptime(month, check(100, down), reachable)).toMatchObject({
    now: 99,
    fault: "api is down: x did not answer (ECONNREFUSED)",
    culprit: "101 checks so far, api down in 1 of them",
  });
  const fine = { app: undefined, api: undefined, media: undefined };
  expect(measureUptime([], check(0), fine)).toEqual({ now: 100, culprit: "1 check so far" });
});
