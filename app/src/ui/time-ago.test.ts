import { expect, test } from "vitest";
import { timeAgo } from "./time-ago.ts";

const now = new Date("2026-03-10T12:00:00Z");
const ago = (seconds: number) => timeAgo(new Date(now.getTime() - seconds * 1000), now);

test.each([
  [-30, "now"],
  [59, "now"],
  [60, "1m"],
  [3599, "59m"],
  [3600, "1h"],
  [86_399, "23h"],
  [86_400, "1d"],
  [7 * 86_400 - 1, "6d"],
])("%i seconds ago is %s", (seconds, words) => {
  expect(ago(seconds)).toBe(words);
});

test("from a week on it is the date", () => {
  expect(ago(8 * 86_400)).toBe("Mar 2, 2026");
});
