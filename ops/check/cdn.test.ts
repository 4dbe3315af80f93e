import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterEach, expect, test } from "vitest";
import { seedAccounts } from "../../local/seed.ts";
import { createCloudflareApi } from "../../local/services/cloudflare-api/cloudflare-api.ts";
import type { Answered } from "../../local/services/edge/traffic.ts";
import { Store } from "../../local/state/store.ts";
import { serve } from "../../testing/serve.ts";
import { cloudflareClient } from "../vendors/cloudflare.ts";
import { measureCdn } from "./cdn.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const now = Date.parse("2026-03-01T12:00:00Z");
const HOUR = 3_600_000;
const mediaHost = "media.lavlay.localhost";

async function clientOf(listener: RequestListener) {
  const { url, close } = await serve(listener);
  undo.push(close);
  return cloudflareClient(`${url}/client/v4`, "right");
}

/** Cloudflare's API over that traffic, and the id of its zone. */
async function cloudflare(traffic: readonly Partial<Answered>[], permissions?: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-cdn-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const store = new Store(join(folder, "state.json"));
  seedAccounts(store);
  const accounts = store.collection("accounts").get("accounts")!;
  if (permissions) accounts.cloudflare.token = { permissions };
  store.collection("accounts").put("accounts", accounts);
  const zoneId = accounts.cloudflare.zones[0]!.id;
  const answered = traffic.map((each) => ({
    zoneId,
    time: now - HOUR,
    host: mediaHost,
    path: "/a.png",
    ...each,
  }));
  const api = createCloudflareApi({ store, token: "right", traffic: () => answered as Answered[] });
  return { client: await clientOf(getRequestListener(api.fetch)), zoneId };
}

const many = (count: number, each: Partial<Answered>) => Array.from({ length: count }, () => each);

test("the hit rate is of the media host in the last day, and the path that missed most is named", async () => {
  const { client, zoneId } = await cloudflare([
    ...many(88, { cacheStatus: "HIT", bytes: 1000 }),
    ...many(2, { cacheStatus: "REVALIDATED", bytes: 1000 }),
    ...many(3, { cacheStatus: "MISS", bytes: 2000, path: "/rare.png" }),
    ...many(7, { cacheStatus: "BYPASS", bytes: 2000, path: "/private.png" }),
    ...many(500, { cacheStatus: "DYNAMIC", bytes: 0, host: "api.lavlay.localhost" }),
    ...many(500, { cacheStatus: "MISS", bytes: 9, time: now - 25 * HOUR }),
    ...many(500, { cacheStatus: "MISS", bytes: 9, zoneId: "another" }),
  ]);
  expect(await measureCdn(client, { zoneId, mediaHost, now })).toEqual({
    hitRate: { now: 90, culprit: "/private.png came from the bucket 7 times (bypass)" },
    bandwidth: { now: 110_000, culprit: "100 requests; 20 kB of it from the bucket" },
  });
});

test("a few requests are no rate", async () => {
  const { client, zoneId } = await cloudflare(many(49, { cacheStatus: "MISS", bytes: 1 }));
  const { hitRate, bandwidth } = await measureCdn(client, { zoneId, mediaHost, now });
  expect(hitRate).toEqual({ unmeasured: "too few requests to tell a rate: 49 in 24 hours, of 50" });
  expect(bandwidth.now).toBe(49);
});

test("what keeps it from being measured is told: no token, no permission, another's zone", async () => {
  expect(await measureCdn(undefined, { zoneId: "zone", mediaHost })).toEqual({
    hitRate: { unmeasured: "CLOUDFLARE_API_TOKEN is not set" },
    bandwidth: { unmeasured: "CLOUDFLARE_API_TOKEN is not set" },
  });
  const { client, zoneId } = await cloudflare([], ["DNS Write"]);
  expect((await measureCdn(client, { zoneId, mediaHost })).hitRate.unmeasured).toMatch(
    /^Cloudflare answered 403 to POST \/graphql: zones .* are not authorized$/,
  );
});

test("a plan that does not tell hosts and paths still tells the whole zone", async () => {
  const asked: string[] = [];
  const client = await clientOf(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { query } = JSON.parse(text) as { query: string };
    asked.push(query);
    const errors = [{ message: "zone does not have access to the path" }];
    const sum = { requests: 100, cachedRequests: 97, bytes: 5000, cachedBytes: 4900 };
    const data = { viewer: { zones: [{ httpRequests1hGroups: [{ sum }, { sum }] }] } };
    const refused = query.includes("httpRequestsAdaptiveGroups");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(refused ? { data: null, errors } : { data, errors: null }));
  });
  const { hitRate, bandwidth } = await measureCdn(client, { zoneId: "zone", mediaHost });
  expect(hitRate).toMatchObject({ now: 97, culprit: expect.stringContaining("whole zone") as string });
  expect(bandwidth.now).toBe(10_000);
  expect(asked).toHaveLength(2);
});
