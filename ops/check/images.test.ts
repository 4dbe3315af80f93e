import { expect, test } from "vitest";
import { sayUncacheable } from "./images.ts";
import type { Series } from "./series.ts";

const picture = (name: string, statuses: readonly (string | undefined)[], cacheControl?: string): Series => ({
  name,
  failures: [],
  answers: statuses.map((status) => ({
    status: 200,
    headers: { "cf-cache-status": status, "cache-control": cacheControl },
    body: Buffer.alloc(0),
    ms: 1,
  })),
});

test("a picture that comes from the cache in the end is cacheable", () => {
  for (const last of ["HIT", "STALE", "UPDATING", "REVALIDATED"])
    expect(sayUncacheable([picture("/a.png", ["MISS", "MISS", last])])).toBeUndefined();
});

test("one that never does is named, with what the CDN and the origin say", () => {
  const healthy = picture("/a.png", ["MISS", "HIT", "HIT"]);
  const bypassed = picture("/b.png", ["BYPASS", "BYPASS", "BYPASS"], "private, no-store");
  expect(sayUncacheable([healthy, bypassed])).toBe(
    '/b.png is never cached: cf-cache-status BYPASS, cache-control "private, no-store"',
  );
  expect(sayUncacheable([bypassed, picture("/c.png", ["MISS", "MISS", "MISS"])])).toMatch(
    /^\/b\.png and 1 more is never cached/,
  );
});

test("without a CDN before it there is no cache", () => {
  expect(sayUncacheable([picture("/a.png", [undefined, undefined])])).toBe(
    "/a.png is never cached: cf-cache-status none",
  );
});

test("one answer alone says nothing", () => {
  expect(sayUncacheable([picture("/a.png", ["MISS"])])).toBeUndefined();
});
