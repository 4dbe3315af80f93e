import { afterEach, beforeEach, expect, test } from "vitest";
import { accountId, startWorld, zoneId, type World } from "../testing/world.ts";

let world: World;

beforeEach(async () => {
  world = await startWorld({ tier: "enterprise" });
});
afterEach(() => world.close());

const make = async (path: string, body: object) =>
  (await world.cloudflare.call<{ id: string }>(path, { method: "POST", body })).id;
const monitor = (more: object = {}) =>
  make(`/accounts/${accountId}/load_balancers/monitors`, {
    type: "https",
    path: "/health",
    expected_codes: "2xx",
    header: { Host: ["old.supabase.co"], Authorization: ["Bearer correct horse"] },
    ...more,
  });
const pool = (name: string, more: object = {}) =>
  make(`/accounts/${accountId}/load_balancers/pools`, {
    name,
    origins: [{ name: "old", address: "old.supabase.co", enabled: true, header: { Host: ["old"] } }],
    ...more,
  });
const balancer = (fallback: string, more: object = {}) =>
  make(`/zones/${zoneId}/load_balancers`, {
    name: "api.lavlay.localhost",
    default_pools: [fallback],
    fallback_pool: fallback,
    proxied: true,
    ...more,
  });
const uploads = (pools: string[]) => ({
  rules: [
    {
      name: "by hand",
      condition: 'http.request.uri.path contains "/functions/v1/upload-media"',
      overrides: { default_pools: pools },
    },
  ],
});
const fates = async () => {
  const { takeovers } = await world.plan();
  const own = takeovers.filter(({ name }) => name.startsWith("edge-load-balancer"));
  return Object.fromEntries(
    own.map(({ name, fate, id }) => [name.replace("edge-load-balancer", ""), id ?? fate]),
  );
};

test("where there is none, all are made", async () => {
  await balancer(await pool("others"), { name: "www.lavlay.localhost" });
  await monitor();
  expect(new Set(Object.values(await fates()))).toEqual(new Set(["new"]));
});

test("it is found by its host, pools by its rules, monitors by the pools", async () => {
  const monitors = [await monitor(), await monitor()];
  const api = await pool("by-hand", { monitor: monitors[0] });
  const upload = await pool("by-hand-too", { monitor: monitors[1] });
  const id = await balancer(api, uploads([upload, api]));
  expect(await fates()).toEqual({
    "": `${zoneId}/${id}`,
    "-pool-api": `${accountId}/${api}`,
    "-pool-upload-media": `${accountId}/${upload}`,
    "-pool-reads": "new",
    "-monitor-api": `${accountId}/${monitors[0]}`,
    "-monitor-upload-media": `${accountId}/${monitors[1]}`,
    "-monitor-reads": "new",
  });
});

test("how they differ is told, and stays; what a header holds is not told", async () => {
  const monitorId = await monitor({ interval: 30 });
  const api = await pool("by-hand", { monitor: monitorId });
  await balancer(api, { ...uploads([api]), steering_policy: "geo" });
  expect(await world.takeover("edge-load-balancer")).toMatchObject({
    fate: "import",
    differences: expect.arrayContaining([
      { path: "steeringPolicy", property: "steeringPolicy", existing: "geo", declared: "off" },
    ]) as unknown,
    adoption: { keep: expect.arrayContaining(["defaultPools", "rules", "steeringPolicy"]) as unknown },
  });
  const found = await world.takeover("edge-load-balancer-monitor-api");
  expect(found?.differences).toEqual(
    expect.arrayContaining([
      { path: "interval", property: "interval", existing: 30, declared: 60 },
      { path: "header.Authorization", property: "header", existing: "[secret]" },
    ]),
  );
  expect(JSON.stringify(found)).not.toContain("correct horse");
  expect((await world.takeover("edge-load-balancer-pool-api"))?.adoption?.keep).toEqual(
    expect.arrayContaining(["monitor", "name", "origins"]),
  );
});

test("without a load balancer, pools and monitors are found by what they are called", async () => {
  const api = await pool("lavlay-api");
  const own = await monitor({ description: "LavLay api" });
  expect(await fates()).toMatchObject({
    "": "new",
    "-pool-api": `${accountId}/${api}`,
    "-monitor-api": `${accountId}/${own}`,
  });
});

test("what serves two is taken over for one of them alone", async () => {
  const shared = await monitor();
  const api = await pool("by-hand", { monitor: shared });
  await balancer(api, uploads([api]));
  expect(await world.takeover("edge-load-balancer-pool-upload-media")).toMatchObject({
    fate: "new",
    note: `${api} serves api too, and is taken over for it: one more is made`,
  });
  expect(await fates()).toMatchObject({ "-monitor-api": `${accountId}/${shared}` });
});

test("of two that match, none is taken over, and both are told", async () => {
  const pools = [await pool("one"), await pool("two")];
  const rules = pools.flatMap((id) => uploads([id]).rules);
  await balancer(await pool("by-hand"), { rules });
  const twice = await world.takeover("edge-load-balancer-pool-upload-media");
  expect(twice).toMatchObject({ fate: "new" });
  expect(twice).not.toHaveProperty("adoption");
  for (const id of pools) expect(twice?.note).toContain(id);
});

test("more pools than a page holds are all looked at", async () => {
  const api = await pool("lavlay-api");
  for (let index = 0; index < 60; index++) await pool(`other-${index}`);
  const upload = await pool("lavlay-upload-media");
  expect(await fates()).toMatchObject({
    "-pool-api": `${accountId}/${api}`,
    "-pool-upload-media": `${accountId}/${upload}`,
  });
});

test.each(["Load Balancers Write", "Load Balancing: Monitors and Pools Write"])(
  "without %s nothing is taken for not there",
  async (permission) => {
    world.deny(permission);
    await expect(world.plan()).rejects.toThrow(/Cloudflare answered 403 .*load_balancers/);
  },
);
