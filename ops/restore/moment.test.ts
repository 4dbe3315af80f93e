import { describe, expect, test } from "vitest";
import { formatProblem, isRefusal } from "../../catalog/problem.ts";
import type { Backups } from "./backups.ts";
import { momentOf } from "./moment.ts";

const kept: Backups = {
  window: { from: new Date("2026-01-24T08:00:00Z"), to: new Date("2026-01-31T09:30:00Z") },
  daily: [],
};
const none: Backups = { daily: [] };
const moment = (text: string, backups = kept) => momentOf(text, backups, "prod", "abcdef").toISOString();

/** What is said to somebody who is refused. */
function refusal(text: string, backups = kept): string {
  try {
    moment(text, backups);
  } catch (error) {
    if (isRefusal(error)) return error.problems.map(formatProblem).join("\n");
    throw error;
  }
  throw new Error(`${text} is not refused.`);
}

test.each([
  ["2026-01-30T10:00:00Z", "2026-01-30T10:00:00.000Z"],
  ["2026-01-30T10:00Z", "2026-01-30T10:00:00.000Z"],
  ["2026-01-30T10:00:00.999Z", "2026-01-30T10:00:00.000Z"],
  ["2026-01-30T11:00:00+01:00", "2026-01-30T10:00:00.000Z"],
  ["2026-01-30T04:30-05:30", "2026-01-30T10:00:00.000Z"],
])("%s is %s, to the second", (text, iso) => {
  expect(moment(text)).toBe(iso);
});

test.each([
  "",
  "yesterday",
  "1769767200",
  "2026-01-30",
  "2026-01-30T10:00:00",
  "2026-01-30 10:00:00Z",
  "2026-01-30T10:00:00 Z",
  "2026-13-30T10:00:00Z",
  "2026-02-30T10:00:00Z",
  "2026-01-30T25:00:00Z",
  "2026-01-30T10:00:00+0100",
  "on 2026-01-30T10:00:00Z",
])("%j is no moment that is the same on every machine", (text) => {
  expect(refusal(text)).toBe(
    `--to: ${text}, but it must be a moment with its time zone, as ISO 8601 has it. For example: --to 2026-01-31T09:30:00Z`,
  );
});

describe("the bounds of what is kept", () => {
  test.each(["2026-01-24T08:00:00Z", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00.900Z"])(
    "%s is within",
    (text) => {
      expect(Date.parse(moment(text)) % 1_000).toBe(0);
    },
  );
  test.each([
    "2026-01-24T07:59:59Z",
    "2026-01-24T07:59:59.999Z",
    "2026-01-31T09:30:01Z",
    "2027-01-01T00:00Z",
  ])("%s is without, and they are told", (text) => {
    expect(refusal(text)).toContain("from 2026-01-24T08:00:00.000Z to 2026-01-31T09:30:00.000Z");
  });
});

describe("without point-in-time recovery", () => {
  test("the dashboard restores a daily backup, and then the rest is ours", () => {
    const daily = [new Date("2026-01-30T02:00:00Z"), new Date("2026-01-29T02:00:00Z")];
    const said = refusal("2026-01-30T10:00:00Z", { daily });
    expect(said).toContain("the newest of 2026-01-30T02:00:00.000Z");
    expect(said).toContain("https://supabase.com/dashboard/project/abcdef/database/backups/scheduled");
    expect(said).toContain("npm run restore -- --stack prod --reapply");
  });

  test("where there is no backup either, nothing is promised", () => {
    const said = refusal("2026-01-30T10:00:00Z", none);
    expect(said).toContain("neither point-in-time recovery nor a daily backup");
    expect(said).not.toContain("dashboard");
    expect(said).toContain("lavlay:supabase.pointInTimeRecoveryDays");
  });

  test("a text that is no moment is told first", () => {
    expect(refusal("yesterday", none)).toContain("ISO 8601");
  });
});
