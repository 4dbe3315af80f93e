import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { serve } from "../../../testing/serve.ts";
import { Store } from "../../state/store.ts";
import { Outbox } from "../email/outbox.ts";
import { createNotifications } from "../notifications/notifications.ts";
import { HealthChecks } from "./health-checks.ts";

const accountId = "0".repeat(32);
const zoneId = "1".repeat(32);
let directory: string;
let store: Store;
let outbox: Outbox;
let logged: string[];
let closing: (() => Promise<unknown>)[];
/** What the receiver of the webhook was sent. */
let received: { headers: IncomingHttpHeaders; body: Record<string, unknown> }[];
/** How the host answers; undefined while it is away. */
let answer: number;
let asked: IncomingHttpHeaders[];
let checks: HealthChecks;
let minutes: number;

async function listen(listener: RequestListener): Promise<number> {
  const { port, close } = await serve(listener);
  closing.push(close);
  return port;
}

function declare(type: string, id: string, properties: Record<string, unknown>): void {
  const token = `cloudflare:index/${type}`;
  store.collection("recorded").put(`${token}/${id}`, { urn: id, type: token, id, properties });
}

const declareCheck = (port: number, more: object = {}) =>
  declare("healthcheck:Healthcheck", "check", {
    zoneId,
    name: "web-app",
    address: "app.lavlay.localhost",
    type: "HTTP",
    interval: 60,
    retries: 0,
    timeout: 30,
    consecutiveFails: 2,
    httpConfig: { method: "GET", path: "/", port, expectedCodes: ["200"], header: { apikey: ["key"] } },
    ...more,
  });
const declarePolicy = (id: string, more: object = {}) =>
  declare("notificationPolicy:NotificationPolicy", id, {
    accountId,
    name: "LavLay: unhealthy",
    alertType: "health_check_status_notification",
    enabled: true,
    filters: { healthCheckIds: ["check"], statuses: ["Unhealthy", "Healthy"] },
    mechanisms: { emails: [{ id: "ops@lavlay.com" }], webhooks: [{ id: "hook" }] },
    ...more,
  });
const declareWebhook = (url: string, more: object = {}) =>
  declare("notificationPolicyWebhooks:NotificationPolicyWebhooks", "hook", {
    accountId,
    name: "ops",
    url,
    ...more,
  });
const webhook = () =>
  store
    .collection("recorded")
    .list()
    .find(({ id }) => id === "hook")?.properties;

/** Lets a minute go by with each check. */
async function check(times = 1): Promise<void> {
  for (let n = 0; n < times; n++) await checks.check(minutes++ * 60_000);
}
const status = () => store.collection("healthChecks").get("check")?.status;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "health-"));
  store = new Store(join(directory, "state.json"));
  outbox = new Outbox();
  [logged, closing, received, asked] = [[], [], [], []];
  [answer, minutes] = [200, 1];
  store.collection("accounts").put("accounts", {
    cloudflare: { accountId, zones: [{ id: zoneId, name: "lavlay.localhost", plan: "pro" }] },
    supabase: { organizationId: "local", plan: "team" },
    vercel: { plan: "pro" },
    upstash: { plan: "payg" },
  });
  const receiver = await listen((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: JSON.parse(text) as Record<string, unknown> });
      response.end();
    });
  });
  declareCheck(
    await listen((request, response) => {
      asked.push(request.headers);
      response.writeHead(answer).end();
    }),
  );
  declarePolicy("policy");
  declareWebhook(`http://127.0.0.1:${receiver}/alerts`, { secret: "a secret" });
  const notifications = createNotifications({ store, outbox, log: (line) => logged.push(line) });
  checks = new HealthChecks({ store, notifications });
});
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  rmSync(directory, { recursive: true });
});

it("an outage is told once, and its end once, to everybody named", async () => {
  await check(2);
  expect([status(), received, outbox.list()]).toEqual(["healthy", [], []]);
  expect(asked[0]).toMatchObject({ host: expect.stringMatching(/^app\.lavlay\.localhost:/), apikey: "key" });

  answer = 503;
  await check(5);
  answer = 200;
  await check(3);
  expect(received.map(({ headers }) => headers["cf-webhook-auth"])).toEqual(["a secret", "a secret"]);
  const [down, up] = received.map(({ body }) => body);
  expect(down).toMatchObject({
    name: "LavLay: unhealthy",
    text: "web-app (app.lavlay.localhost) is unhealthy: Response code mismatch error: 503.",
    account_id: accountId,
    policy_id: "policy",
    policy_name: "LavLay: unhealthy",
    alert_type: "health_check_status_notification",
    alert_event: "ALERT_STATE_EVENT_START",
    ts: expect.any(Number),
    data: {
      account_tag: accountId,
      health_check_id: "check",
      health_check_name: "web-app",
      old_status: "healthy",
      new_status: "unhealthy",
      reason: "Response code mismatch error: 503",
      // The second minute in a row: healthy in the first two.
      status_change_time: "1970-01-01T00:04:00.000Z",
      zone_name: "lavlay.localhost",
      zone_tag: zoneId,
    },
  });
  expect(up).toMatchObject({
    alert_event: "ALERT_STATE_EVENT_END",
    alert_correlation_id: down?.["alert_correlation_id"],
    data: { old_status: "unhealthy", new_status: "healthy", reason: "" },
  });
  expect(outbox.list().map(({ provider, to, subject, text }) => [provider, ...to, subject, text])).toEqual([
    ["cloudflare", "ops@lavlay.com", "LavLay: unhealthy", down?.["text"]],
    ["cloudflare", "ops@lavlay.com", "LavLay: unhealthy", "web-app (app.lavlay.localhost) is healthy."],
  ]);
  expect(webhook()).toMatchObject({ lastSuccess: expect.stringMatching(/^20/) });
});

it("a single failure is none, nor are several with successes between", async () => {
  declareCheckAgain({ consecutiveSuccesses: 3 });
  await check(3);
  for (let n = 0; n < 3; n++) {
    answer = 500;
    await check();
    answer = 200;
    await check();
  }
  expect([status(), received]).toEqual(["healthy", []]);
});

it("a host that is not there from the start is told of, one that hangs too", async () => {
  const free = await listen(() => {});
  declareCheck(free, { timeout: 0.05 });
  await check(2);
  expect(received.at(-1)?.body).toMatchObject({
    data: { old_status: "unknown", new_status: "unhealthy", reason: "HTTP timeout occurred" },
  });
  declareCheck(1);
  store.collection("healthChecks").delete("check");
  await check(1);
  expect(received.at(-1)?.body).toMatchObject({ data: { reason: "TCP connection failed" } });
});

it("is checked as often as declared, retried at once, and not at all while suspended", async () => {
  declareCheckAgain({ interval: 120, retries: 2, consecutiveFails: 1 });
  answer = 500;
  await check(4);
  expect(asked).toHaveLength(6);
  declareCheckAgain({ suspended: true });
  await check(4);
  expect(asked).toHaveLength(6);
});

it("goes on where it was after a restart: what was told is not told again", async () => {
  answer = 500;
  await check(2);
  checks = new HealthChecks({
    store: new Store(join(directory, "state.json")),
    notifications: createNotifications({ store, outbox, log: (line) => logged.push(line) }),
  });
  await check(4);
  expect(received).toHaveLength(1);
});

it.each<[string, object]>([
  ["is for another check", { filters: { healthCheckIds: ["other"] } }],
  ["is for recoveries alone", { filters: { statuses: ["Healthy"] } }],
  ["is off", { enabled: false }],
  ["is of another type", { alertType: "incident_alert" }],
])("a policy that %s is left alone", async (_, more) => {
  declarePolicy("policy", more);
  answer = 500;
  await check(2);
  expect([status(), received, outbox.list()]).toEqual(["unhealthy", [], []]);
});

it("a receiver that fails, or is beyond this machine, is written down and harms nobody else", async () => {
  declareWebhook("https://hooks.lavlay.com/?token=hidden");
  answer = 500;
  await check(2);
  expect(outbox.list()).toHaveLength(1);
  expect(logged).toEqual(["notification: webhook ops: hooks.lavlay.com is not on this machine"]);
  expect(webhook()).toMatchObject({ lastFailure: expect.stringMatching(/^20/) });

  declareWebhook(`http://127.0.0.1:${await listen((_, response) => response.writeHead(500).end())}/`);
  answer = 200;
  await check(1);
  expect(logged.at(-1)).toBe("notification: webhook ops: it answered 500");
});

function declareCheckAgain(more: object): void {
  const { properties } =
    store
      .collection("recorded")
      .list()
      .find(({ id }) => id === "check") ?? {};
  declare("healthcheck:Healthcheck", "check", { ...properties, ...more });
}
