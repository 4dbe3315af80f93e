import { expect, test } from "vitest";
import { oneLine, sayBytes, sayCount, sayMilliseconds, sayPercent } from "./text.ts";

test("bytes, times, counts and shares as people say them", () => {
  expect([0, 999, 1000, 5_240_000, 312_000_000, 4e13].map(sayBytes)).toEqual([
    "0 B",
    "999 B",
    "1 kB",
    "5.2 MB",
    "312 MB",
    "40 TB",
  ]);
  expect([0.0234, 4.21, 9.99, 180.4, 2000, 2314].map(sayMilliseconds)).toEqual([
    "0.023 ms",
    "4.2 ms",
    "10 ms",
    "180 ms",
    "2 s",
    "2.31 s",
  ]);
  expect(sayCount(1_204_112)).toBe("1,204,112");
});

test("a share is not rounded up to what it does not reach", () => {
  expect([100, 99.999, 99.9, 94.996].map(sayPercent)).toEqual(["100 %", "99.99 %", "99.9 %", "94.99 %"]);
});

test("a long text is cut, and stays on one line", () => {
  expect(oneLine("a\n\tb  c")).toBe("a b c");
  expect(oneLine("x".repeat(500), 10)).toBe(`${"x".repeat(9)}…`);
});
