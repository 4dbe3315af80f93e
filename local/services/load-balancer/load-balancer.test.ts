import { request as httpRequest, type RequestListener } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serve } from "../../../testing/serve.ts";
import { createEdge } from "../edge/edge.ts";
import { isExpected } from "../http/probe.ts";
import { startTestStore } from "../object-store/test-store.ts";
import { OriginHealth } from "./health.ts";

const host = "api.test";
let local: Awaited<ReturnType<typeof startTestStore>>;
let health: OriginHealth;
let port: number;
let closing: (() => Promise<unknown>)[];

async function listen(listener: RequestListener): Promise<number> {
  const { port, close } = await serve(listener);
  closing.push(close);
  return port;
}

/** An origin that says its name, what it was asked, and how long the body was. */
function origin(name: string, status: () => number = () => 200): Promise<number> {
  return listen((message, response) => {
    let length = 0;
    message.on("data", (chunk: Buffer) => (length += chunk.length));
    message.on("end", () => {
      response.writeHead(status(), { "x-origin": name, "set-cookie": ["a=1", "b=2"] });
      response.end(`${message.method} ${message.headers.host}${message.url} ${length}`);
    });
  });
}

function record(type: string, id: string, properties: Record<string, unknown>): void {
  const token = `cloudflare:index/${type}`;
  local.store.collection("recorded").put(`${token}/${id}`, { urn: id, type: token, id, properties });
}

const pool = (id: string, originPort: number, more: object = {}) =>
  record("loadBalancerPool:LoadBalancerPool", id, {
    name: id,
    monitor: `monitor-${id}`,
    origins: [{ name: id, address: "127.0.0.1", port: originPort, header: { hosts: ["ref.supabase.co"] } }],
    ...more,
  });
const monitor = (id: string, more: object = {}) =>
  record("loadBalancerMonitor:LoadBalancerMonitor", `monitor-${id}`, {
    path: "/health",
    expectedCodes: "2xx",
    interval: 60,
    retries: 0,
    ...more,
  });
const balancer = (more: object = {}) =>
  record("loadBalancer:LoadBalancer", "lb", {
    zoneId: "zone",
    name: host,
    defaultPools: ["first", "second"],
    fallbackPool: "second",
    ...more,
  });

function ask(path = "/", { method = "GET", body = "", name = host } = {}) {
  return new Promise<{ status: number; from: unknown; body: string; headers: object }>((resolve, reject) => {
    const asking = httpRequest({ port, path, method, headers: { host: name } }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          from: response.headers["x-origin"],
          body: text,
          headers: response.headers,
        }),
      );
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

beforeEach(async () => {
  closing = [];
  local = await startTestStore();
  health = new OriginHealth(local.store);
  port = await listen(createEdge({ store: local.store, objectStore: local.objectStore, health }));
});
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  await local.close();
});

describe("a load balancer", () => {
  let firstStatus: number;
  beforeEach(async () => {
    firstStatus = 200;
    pool("first", await origin("first", () => firstStatus));
    pool("second", await origin("second"));
    monitor("first");
    monitor("second");
    balancer();
  });

  it("asks the first pool for the host that its origin knows, and passes all on both ways", async () => {
    const { from, body, headers } = await ask("/rest/v1/posts?select=id", {
      method: "POST",
      body: "x".repeat(200_000),
    });
    expect(from).toBe("first");
    expect(body).toBe("POST ref.supabase.co/rest/v1/posts?select=id 200000");
    expect(headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "cf-cache-status": "DYNAMIC" });
  });

  it("goes on to the next pool when a monitor finds the first failing, and back", async () => {
    firstStatus = 503;
    await health.check(0);
    expect((await ask()).from).toBe("second");
    firstStatus = 204;
    await health.check(59_999);
    expect((await ask()).from).toBe("second");
    await health.check(60_000);
    expect((await ask()).from).toBe("first");
  });

  it("asks the fallback pool when all are failing", async () => {
    monitor("first", { expectedCodes: "418" });
    monitor("second", { expectedCodes: "418" });
    await health.check(0);
    expect((await ask()).from).toBe("second");
  });

  it("passes over a pool or an origin that is switched off", async () => {
    pool("first", 1, { enabled: false });
    expect((await ask()).from).toBe("second");
  });

  it("sends what a rule names where the rule says, in order of priority", async () => {
    pool("third", await origin("third"));
    const rule = (name: string, priority: number, path: string, defaultPools: string[]) => ({
      name,
      priority,
      condition: `starts_with(http.request.uri.path, "${path}")`,
      overrides: { defaultPools },
    });
    balancer({
      rules: [rule("later", 2, "/functions/v1/upload", ["third"]), rule("all", 1, "/", ["second"])],
    });
    expect((await ask("/functions/v1/upload-media")).from).toBe("third");
    expect((await ask("/rest/v1/posts")).from).toBe("second");
  });

  it("gives a rule's own answer", async () => {
    balancer({ rules: [{ condition: "true", fixedResponse: { statusCode: 503, messageBody: "Closed" } }] });
    expect(await ask()).toMatchObject({ status: 503, body: "Closed" });
  });

  it("is held to the zone's rate limit", async () => {
    local.store.collection("rulesets").put("zone/http_ratelimit", {
      urn: "urn",
      id: "id",
      zoneId: "zone",
      name: "limits",
      kind: "zone",
      phase: "http_ratelimit",
      rules: [
        {
          ref: "sign-in",
          expression: `(http.host eq "${host}" and starts_with(http.request.uri.path, "/auth/v1/token"))`,
          action: "block",
          ratelimit: {
            characteristics: ["cf.colo.id", "ip.src"],
            period: 60,
            requestsPerPeriod: 2,
            mitigationTimeout: 60,
          },
        },
      ],
    });
    const statuses = [];
    for (let count = 0; count < 4; count++) statuses.push((await ask("/auth/v1/token")).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect((await ask("/rest/v1/posts")).status).toBe(200);
  });

  it("answers for its own host alone, and not while it is switched off", async () => {
    expect((await ask("/", { name: "other.test" })).status).toBe(404);
    balancer({ enabled: false });
    expect((await ask()).status).toBe(404);
  });
});

it("says when an origin does not answer", async () => {
  pool("first", 1);
  balancer({ defaultPools: ["first"], fallbackPool: "first" });
  expect(await ask()).toMatchObject({ status: 502, body: "Error 502: the origin does not answer.\n" });
});

it.each([
  [200, "200", true],
  [204, "2xx", true],
  [301, "2xx", false],
  [405, "2xx, 405", true],
])("status %d as one of %s: %s", (status, codes, expected) => {
  expect(isExpected(status, codes)).toBe(expected);
});
