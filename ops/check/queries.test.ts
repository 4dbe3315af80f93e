import { expect, test } from "vitest";
import { calledSince, measureQueries, slowestOf, type Counters } from "./queries.ts";
import { sayQuery, withoutValues } from "./query-text.ts";
import type { Statement } from "./statements.ts";

const statement = (id: string, calls: number, total: number, since = 0): Statement => ({
  id,
  query: `select ${id}`,
  calls,
  total,
  max: 0,
  since,
});

test("only what was called since the earlier check counts", () => {
  const earlier = { time: 1_000, counters: { old: [100, 50_000], idle: [5, 10] } satisfies Counters };
  expect(
    calledSince([statement("old", 110, 50_020), statement("idle", 5, 10), statement("new", 4, 40)], earlier),
  ).toEqual([
    { query: "select old", calls: 10, mean: 2 },
    { query: "select new", calls: 4, mean: 10 },
  ]);
});

test("without an earlier check all counts", () => {
  expect(calledSince([statement("a", 10, 100)], undefined)).toEqual([
    { query: "select a", calls: 10, mean: 10 },
  ]);
});

test("counters that began anew are not subtracted from, however much they have grown since", () => {
  const earlier = { time: 1_000, counters: { a: [10, 100] } satisfies Counters };
  expect(calledSince([statement("a", 12, 24, 2_000)], earlier)).toEqual([
    { query: "select a", calls: 12, mean: 2 },
  ]);
  expect(calledSince([statement("a", 3, 6)], earlier)).toEqual([{ query: "select a", calls: 3, mean: 2 }]);
});

test("the slowest is named; what was called once or twice is not told from a cold cache", () => {
  const called = [
    { query: "select fast", calls: 95, mean: 1 },
    { query: "select slow", calls: 5, mean: 300 },
    { query: "select cold", calls: 2, mean: 9_000 },
  ];
  expect(slowestOf(called)).toEqual({
    now: 300,
    p50: 1,
    p95: 1,
    culprit: "select slow: 300 ms on average of 5 calls",
  });
  expect(slowestOf(called.slice(2))).toHaveProperty("unmeasured");
});

test("no value of a statement is told", () => {
  const scrubbed = withoutValues(
    `/* ada@example.com */ select 'it''s', E'a\\'b', $tag$secret$tag$, 42, 1.5, $1, col2 from "t3" -- token abc
     where x = 'unfinished`,
  );
  for (const value of ["ada", "it", "secret", "42", "1.5", "token", "unfinished"])
    expect(scrubbed).not.toContain(value);
  for (const kept of ["$1", "col2", '"t3"']) expect(scrubbed).toContain(kept);
  expect(withoutValues(`alter role x password 'hunter2'`)).not.toContain("hunter2");
});

test("a statement of the data API is known by what it calls", () => {
  const query = `WITH pgrst_source AS (SELECT "pgrst_call"."x" FROM "public"."slow_feed"("a" := $1)) SELECT 1`;
  expect(sayQuery(query)).toMatch(/^public\.slow_feed \(WITH pgrst_source AS/);
  expect(sayQuery("select from users")).toBe("select from users");
});

test("a database that is not there is told without its password", async () => {
  const url = "postgresql://postgres:hunter2@127.0.0.1:1/postgres";
  const { measurement, counters } = await measureQueries(url, undefined);
  expect(measurement.unmeasured).toMatch(/cannot be read: .*ECONNREFUSED/);
  expect(JSON.stringify(measurement)).not.toContain("hunter2");
  expect(counters).toBeUndefined();
});
