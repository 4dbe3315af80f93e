import { afterEach, beforeEach, expect, test } from "vitest";
import { accountId, configured, startWorld, zoneId, type World } from "../testing/world.ts";

let world: World;
const url = "https://hooks.example/lavlay";

beforeEach(async () => {
  world = await startWorld({
    tier: "team",
    monitoring: { emails: ["ops@lavlay.localhost"], webhook: url },
  });
  const accounts = world.store.collection("accounts");
  const { cloudflare, ...rest } = accounts.get("accounts")!;
  const zones = cloudflare.zones.map((zone) => ({ ...zone, plan: "pro" as const }));
  accounts.put("accounts", { ...rest, cloudflare: { ...cloudflare, zones } });
});
afterEach(() => world.close());

const make = async (path: string, body: object) =>
  (await world.cloudflare.call<{ id: string }>(path, { method: "POST", body })).id;
const healthCheck = (address: string, path: string, more: object = {}) =>
  make(`/zones/${zoneId}/healthchecks`, {
    name: "by-hand",
    address,
    type: "HTTP",
    http_config: { method: "GET", path, expected_codes: ["2xx"] },
    ...more,
  });
const policy = (name: string, type: string, more: object = {}) =>
  make(`/accounts/${accountId}/alerting/v3/policies`, {
    name,
    alert_type: type,
    enabled: true,
    mechanisms: { email: [{ id: "ops@lavlay.localhost" }] },
    ...more,
  });
const webhook = (at: string, name = "by hand") =>
  make(`/accounts/${accountId}/alerting/v3/destinations/webhooks`, {
    name,
    url: at,
    secret: "correct horse",
  });

test("where there is nothing, all are made, and nothing is said of them", async () => {
  await healthCheck("www.lavlay.localhost", "/");
  await webhook("https://hooks.example/others");
  for (const name of ["monitoring-web-app", "monitoring-attack", "monitoring-webhook"]) {
    const found = await world.takeover(name);
    expect(found?.fate).toBe("new");
    expect(found).not.toHaveProperty("note");
  }
});

test("a health check is found by its address, and how it differs is told and stays", async () => {
  const id = await healthCheck("app.lavlay.localhost", "/health", { retries: 5 });
  expect(await world.takeover("monitoring-web-app")).toMatchObject({
    fate: "import",
    id: `${zoneId}/${id}`,
    differences: expect.arrayContaining([
      { path: "retries", property: "retries", existing: 5, declared: 2 },
      { path: "httpConfig.path", property: "httpConfig", existing: "/health", declared: "/" },
    ]) as unknown,
    adoption: {
      import: `${zoneId}/${id}`,
      keep: expect.arrayContaining(["httpConfig", "retries"]) as unknown,
    },
  });
});

test("of health checks of one address, that of the same path; of two such, none", async () => {
  await healthCheck("app.lavlay.localhost", "/health");
  const own = await healthCheck("app.lavlay.localhost", "/");
  expect((await world.takeover("monitoring-web-app"))?.id).toBe(`${zoneId}/${own}`);
  const another = await healthCheck("app.lavlay.localhost", "/");
  const found = await world.takeover("monitoring-web-app");
  expect(found?.fate).toBe("new");
  expect(found?.note).toMatch(new RegExp(`^2 health checks .*${own}.*${another}`));
});

test("the API's health check is found where its address is the project's", async () => {
  const ref = "abcdefghijklmnopqrst";
  const project = { urn: "", ref, name: "lavlay-local", organizationId: "local", region: "eu-west-1" };
  world.store.collection("projects").put(ref, { ...project, databasePassword: "x", instanceSize: "micro" });
  const id = await healthCheck("127.0.0.1", "/auth/v1/health");
  expect((await world.takeover("monitoring-api"))?.id).toBe(`${zoneId}/${id}`);
});

test("a policy is found by name and type, with whom else it tells", async () => {
  const pager = "f".repeat(32);
  const mechanisms = { email: [{ id: "ops@lavlay.localhost" }], pagerduty: [{ id: pager }] };
  const id = await policy("LavLay: attack", "dos_attack_l7", { mechanisms });
  expect(await world.takeover("monitoring-attack")).toMatchObject({
    fate: "import",
    id: `${accountId}/${id}`,
    differences: expect.arrayContaining([
      { path: "mechanisms.pagerduties", property: "mechanisms", existing: [{ id: pager }] },
    ]) as unknown,
    adoption: { keep: expect.arrayContaining(["description", "mechanisms"]) as unknown },
  });
});

test("a policy of another name may be about another zone: it is told, and left alone", async () => {
  const id = await policy("Attacks", "dos_attack_l7");
  const found = await world.takeover("monitoring-attack");
  expect(found?.fate).toBe("new");
  expect(found?.note).toMatch(new RegExp(`${id} \\(Attacks\\); to take one over, call it "LavLay: attack"`));
});

test("of two policies of that name and type, none", async () => {
  const ids = [
    await policy("LavLay: attack", "dos_attack_l7"),
    await policy("LavLay: attack", "dos_attack_l7"),
  ];
  const found = await world.takeover("monitoring-attack");
  expect(found?.fate).toBe("new");
  for (const id of ids) expect(found?.note).toContain(id);
});

test("a webhook is found by its URL; its secret stays, and is not told", async () => {
  const id = await webhook(url);
  const file = configured({
    tier: "team",
    monitoring: { emails: ["ops@lavlay.localhost"], webhook: url },
    webhookSecret: "battery staple horse",
  });
  const secretKeys = [...file.secretKeys, "lavlay:webhookSecret"];
  const found = await world.takeover("monitoring-webhook", { file: { ...file, secretKeys } });
  expect(found).toMatchObject({
    fate: "import",
    id: `${accountId}/${id}`,
    differences: expect.arrayContaining([
      { path: "secret", property: "secret", declared: "[secret]" },
    ]) as unknown,
    adoption: { keep: ["name", "secret"] },
  });
  expect(JSON.stringify(found)).not.toMatch(/correct horse|battery staple horse/);
});

test("of two webhooks with that URL, none", async () => {
  const ids = [await webhook(url), await webhook(url, "too")];
  const found = await world.takeover("monitoring-webhook");
  expect(found?.fate).toBe("new");
  for (const id of ids) expect(found?.note).toContain(id);
});

test.each(["Health Checks Write", "Notifications Write"])(
  "without %s nothing is taken for not there",
  async (permission) => {
    world.deny(permission);
    await expect(world.plan()).rejects.toThrow(/Cloudflare answered 403 .*(healthchecks|alerting)/);
  },
);
