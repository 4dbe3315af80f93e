import { expect, test } from "vitest";
import type { Answered } from "../edge/traffic.ts";
import { Traffic } from "../edge/traffic.ts";
import { analytics, Unauthorized } from "./analytics.ts";
import { parseQuery, QueryError } from "./graphql-query.ts";

const time = Date.parse("2026-01-01T10:00:00.500Z");
const answered = (each: Partial<Answered>): Answered => ({
  time,
  zoneId: "zone",
  host: "media.test",
  path: "/a.png",
  cacheStatus: "HIT",
  bytes: 10,
  ...each,
});

/** What is asked within the zone's braces. */
function ask(dataset: string, traffic: readonly Answered[], variables: Record<string, unknown> = {}) {
  const query = `query Q($filter: filter) { viewer { zones(filter: {zoneTag: "zone"}) { ${dataset} } } }`;
  const { viewer } = analytics(parseQuery(query, variables), { zones: ["zone"], traffic }) as {
    viewer: { zones: [Record<string, unknown>] };
  };
  return viewer.zones[0];
}

test("groups by what is asked, orders by count, gives no more than the limit, under the names asked for", () => {
  const traffic = [
    answered({ path: "/b.png", cacheStatus: "MISS" }),
    answered({}),
    answered({}),
    answered({ path: "/c.png" }),
  ];
  expect(
    ask(
      `# the most asked for
       top: httpRequestsAdaptiveGroups(limit: 2, orderBy: [count_DESC]) {
         n: count, sum { edgeResponseBytes } dimensions { path: clientRequestPath cacheStatus }
       }`,
      traffic,
    ),
  ).toEqual({
    top: [
      { n: 2, sum: { edgeResponseBytes: 20 }, dimensions: { path: "/a.png", cacheStatus: "hit" } },
      { n: 1, sum: { edgeResponseBytes: 10 }, dimensions: { path: "/b.png", cacheStatus: "miss" } },
    ],
  });
});

test("filters by every condition, with values from the query and from its variables", () => {
  const traffic = [
    answered({ time: time - 60_000 }),
    answered({}),
    answered({ host: "other.test" }),
    answered({ cacheStatus: "BYPASS" }),
    answered({ cacheStatus: "EXPIRED" }),
  ];
  const filter = {
    datetime_geq: "2026-01-01T10:00:00Z",
    datetime_lt: "2026-01-01T10:00:01Z",
    clientRequestHTTPHost: "media.test",
    cacheStatus_in: ["hit", "bypass"],
  };
  const count = (text: string) =>
    ask(`httpRequestsAdaptiveGroups(limit: 1, filter: ${text}) { count }`, traffic, { filter });
  expect(count("$filter")).toEqual({ httpRequestsAdaptiveGroups: [{ count: 2 }] });
  expect(count(`{cacheStatus_neq: "hit", requestSource: "eyeball"}`)).toEqual({
    httpRequestsAdaptiveGroups: [{ count: 2 }],
  });
});

test("the zone's hourly sums count what the cache answered", () => {
  const traffic = [
    answered({}),
    answered({ cacheStatus: "STALE" }),
    answered({ cacheStatus: "MISS", bytes: 5 }),
  ];
  expect(
    ask("httpRequests1hGroups(limit: 24) { sum { requests cachedRequests bytes cachedBytes } }", traffic),
  ).toEqual({
    httpRequests1hGroups: [{ sum: { requests: 3, cachedRequests: 2, bytes: 25, cachedBytes: 20 } }],
  });
});

test("what it does not have is refused by name, as is a query that cannot be read", () => {
  const refused = (text: string) => () => ask(text, []);
  expect(refused("firewallEventsAdaptive(limit: 1) { count }")).toThrow(
    'unknown field "firewallEventsAdaptive"',
  );
  expect(refused("httpRequestsAdaptiveGroups(limit: 1) { dimensions { clientIP } }")).toThrow("clientIP");
  expect(refused("httpRequestsAdaptiveGroups(limit: 1, filter: {toString: 1}) { count }")).toThrow(
    QueryError,
  );
  expect(refused("httpRequestsAdaptiveGroups { count }")).toThrow("limit must be positive");
  expect(refused("httpRequestsAdaptiveGroups(limit: 20000) { count }")).toThrow("not greater than 10000");
  for (const text of ["{ viewer", "{ viewer } }", "{ a(b: }", "{ § }", ""])
    expect(() => parseQuery(text, {}), text).toThrow(QueryError);
});

test("another zone is not shown", () => {
  const query =
    '{ viewer { zones(filter: {zoneTag: "other"}) { httpRequests1hGroups(limit: 1) { sum { requests } } } } }';
  expect(() => analytics(parseQuery(query, {}), { zones: ["zone"], traffic: [] })).toThrow(Unauthorized);
});

test("R2 is told by the account: what was done by kind, what is held by bucket", () => {
  const own = { time, accountId: "account", bucketName: "media" };
  const r2 = {
    operations: [
      { ...own, actionType: "PutObject", requests: 2 },
      { ...own, actionType: "GetObject", requests: 5 },
      { ...own, actionType: "PutObject", requests: 3, bucketName: "eu_media" },
      { ...own, actionType: "PutObject", requests: 9, time: time - 86_400_000 },
      { ...own, actionType: "PutObject", requests: 9, accountId: "other" },
    ],
    storage: [
      { ...own, payloadSize: 10, objectCount: 1 },
      { ...own, payloadSize: 30, objectCount: 3 },
    ],
  };
  const asked = (account: string) =>
    analytics(
      parseQuery(
        `{ viewer { accounts(filter: {accountTag: "${account}"}) {
          r2OperationsAdaptiveGroups(limit: 10, filter: {datetime_geq: "2026-01-01T00:00:00Z"}) {
            sum { requests } dimensions { actionType }
          }
          r2StorageAdaptiveGroups(limit: 10) { max { payloadSize metadataSize objectCount } dimensions { bucketName } }
        } } }`,
        {},
      ),
      { zones: [], accounts: ["account"], traffic: [], r2 },
    );
  expect(asked("account")).toEqual({
    viewer: {
      accounts: [
        {
          r2OperationsAdaptiveGroups: [
            { sum: { requests: 5 }, dimensions: { actionType: "PutObject" } },
            { sum: { requests: 5 }, dimensions: { actionType: "GetObject" } },
          ],
          r2StorageAdaptiveGroups: [
            {
              max: { payloadSize: 30, metadataSize: 0, objectCount: 3 },
              dimensions: { bucketName: "media" },
            },
          ],
        },
      ],
    },
  });
  expect(() => asked("other")).toThrow(Unauthorized);
});

test("the edge keeps the last answers, not all of them", () => {
  const traffic = new Traffic();
  for (let index = 0; index < 50_002; index++) traffic.note(answered({ bytes: index }));
  const kept = traffic.answers();
  expect(kept.length).toBeLessThan(50_000);
  expect(kept.length).toBeGreaterThan(20_000);
  expect(kept.at(-1)?.bytes).toBe(50_001);
});
