import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { AwsClient } from "aws4fetch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firewallRules } from "../../../infra/edge/firewall.ts";
import { serve } from "../../../testing/serve.ts";
import type { Json, RulesetRule } from "../../state/model.ts";
import { mediaKey, secretOf, startTestStore } from "../object-store/test-store.ts";
import { OriginHealth } from "../load-balancer/health.ts";
import { createEdge } from "./edge.ts";
import type { Edge } from "./edge.ts";

const host = "media.test";
const zoneId = "zone";
let local: Awaited<ReturnType<typeof startTestStore>>;
let edge: Edge;
let port: number;
let time: number;
let close: () => Promise<void>;

beforeEach(async () => {
  local = await startTestStore();
  time = Date.parse("2026-01-01T00:00:00Z");
  local.store
    .collection("r2CustomDomains")
    .put(host, { urn: "urn:d", bucket: mediaKey, domain: host, zoneId, enabled: true, minTls: "1.2" });
  edge = createEdge({
    store: local.store,
    objectStore: local.objectStore,
    health: new OriginHealth(local.store),
    now: () => time,
    cacheBytes: 3000,
    entryBytes: 2000,
  });
  const server = await serve(edge);
  port = server.port;
  close = async () => {
    await server.close();
    await local.close();
  };
});
afterEach(() => close());

async function put(key: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  const aws = new AwsClient({
    accessKeyId: local.token.id,
    secretAccessKey: secretOf(local.token),
    service: "s3",
    region: "auto",
    retries: 0,
  });
  const response = await aws.fetch(`${local.endpoint}/media/${key}`, { method: "PUT", body, headers });
  expect(response.status).toBe(200);
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** `cf-cache-status`. */
  cache: string;
}

function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: "127.0.0.1", path, method, headers: { host, ...headers } },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body,
            cache: String(response.headers["cf-cache-status"]),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end();
  });
}

function rules(phase: string, ...list: Partial<RulesetRule>[]): void {
  local.store.collection("rulesets").put(`${zoneId}/${phase}`, {
    urn: `urn:${phase}`,
    id: `id-${phase}`,
    zoneId,
    name: phase,
    kind: "zone",
    phase,
    rules: list.map((rule, index) => ({ ref: `r${index}`, expression: "true", action: "block", ...rule })),
  });
}
const cacheRule = (actionParameters: Json, expression = "true") =>
  rules("http_request_cache_settings", { expression, action: "set_cache_settings", actionParameters });

describe("cache without a rule", () => {
  it("keeps known extensions by the origin's headers, and nothing else", async () => {
    await put("a.jpg", "picture", { "cache-control": "public, max-age=60", "content-type": "image/jpeg" });
    await put("a.html", "page");
    const miss = await get("/a.jpg");
    expect(miss).toMatchObject({ status: 200, body: "picture", cache: "MISS" });
    expect(miss.headers).toMatchObject({ "content-type": "image/jpeg", server: "cloudflare" });
    expect(miss.headers["cf-ray"]).toMatch(/^[0-9a-f]{16}-/);
    time += 59_000;
    const hit = await get("/a.jpg");
    expect(hit).toMatchObject({ body: "picture", cache: "HIT" });
    expect(hit.headers.age).toBe("59");
    time += 1000;
    expect((await get("/a.jpg")).cache).toBe("REVALIDATED");
    expect((await get("/a.html")).cache).toBe("DYNAMIC");
    expect((await get("/a.html")).cache).toBe("DYNAMIC");
  });

  it("serves an overwritten object from the cache until its time is up, or it is purged", async () => {
    await put("a.png", "old", { "cache-control": "max-age=60" });
    await get("/a.png");
    await put("a.png", "new", { "cache-control": "max-age=60" });
    expect(await get("/a.png")).toMatchObject({ body: "old", cache: "HIT" });
    time += 60_000;
    expect(await get("/a.png")).toMatchObject({ body: "new", cache: "EXPIRED" });
    await put("a.png", "newest", { "cache-control": "max-age=60" });
    expect(edge.purge({ files: [`http://${host}:4700/a.png`] })).toBe(1);
    expect(await get("/a.png")).toMatchObject({ body: "newest", cache: "MISS" });
  });

  it.each(["private, max-age=60", "no-store", "no-cache", "max-age=0"])(
    "does not keep %s",
    async (header) => {
      await put("a.gif", "x", { "cache-control": header });
      expect((await get("/a.gif")).cache).toBe("BYPASS");
      expect((await get("/a.gif")).cache).toBe("BYPASS");
    },
  );

  it("keeps what says nothing two hours, and what is absent three minutes", async () => {
    await put("a.gif", "x");
    expect((await get("/a.gif")).headers["cache-control"]).toBe("max-age=14400");
    expect(await get("/absent.gif")).toMatchObject({ status: 404, cache: "MISS" });
    time += 179_000;
    expect(await get("/absent.gif")).toMatchObject({ status: 404, cache: "HIT" });
    time += 1000;
    expect((await get("/absent.gif")).cache).not.toBe("HIT");
    time += 7_000_000;
    expect((await get("/a.gif")).cache).toBe("HIT");
    time += 200_000;
    expect((await get("/a.gif")).cache).toBe("REVALIDATED");
  });

  it("keeps no answer to a request with Authorization unless it is public", async () => {
    await put("a.gif", "x", { "cache-control": "max-age=60" });
    await put("p.gif", "x", { "cache-control": "public, max-age=60" });
    const authorization = "Bearer x";
    expect((await get("/a.gif", { authorization })).cache).toBe("BYPASS");
    expect((await get("/p.gif", { authorization })).cache).toBe("MISS");
  });
});

describe("cache rules", () => {
  it("override the edge's time and leave the browser's to the origin", async () => {
    cacheRule({
      cache: true,
      edgeTtl: { mode: "override_origin", default: 7200 },
      browserTtl: { mode: "respect_origin" },
    });
    await put("avatars/u1", "x", { "cache-control": "public, max-age=31536000, immutable" });
    expect(await get("/avatars/u1")).toMatchObject({ cache: "MISS" });
    time += 7_199_000;
    const hit = await get("/avatars/u1");
    expect(hit.cache).toBe("HIT");
    expect(hit.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    time += 1000;
    expect((await get("/avatars/u1")).cache).toBe("REVALIDATED");
  });

  it("override the browser's time", async () => {
    cacheRule({ cache: true, browserTtl: { mode: "override_origin", default: 5 } });
    await put("x", "x");
    expect((await get("/x")).headers["cache-control"]).toBe("max-age=5");
  });

  it("bypass the cache, for what matches alone", async () => {
    cacheRule({ cache: false }, 'starts_with(http.request.uri.path, "/private/")');
    await put("private/a.jpg", "x");
    await put("a.jpg", "x");
    expect((await get("/private/a.jpg")).cache).toBe("BYPASS");
    expect((await get("/a.jpg")).cache).toBe("MISS");
  });

  it("shape the cache key", async () => {
    await put("a.jpg", "x");
    await get("/a.jpg?v=1");
    expect((await get("/a.jpg?v=2")).cache).toBe("MISS");
    cacheRule({ cache: true, cacheKey: { customKey: { queryString: { exclude: { all: true } } } } });
    await get("/a.jpg?v=1");
    expect((await get("/a.jpg?v=3")).cache).toBe("HIT");
    cacheRule({ cache: true, cacheKey: { customKey: { queryString: { include: { lists: ["v"] } } } } });
    await get("/a.jpg?v=9&utm=1");
    expect((await get("/a.jpg?utm=2&v=9")).cache).toBe("HIT");
    cacheRule({ cache: true, cacheKey: { ignoreQueryStringsOrder: true } });
    await get("/a.jpg?a=1&b=2");
    expect((await get("/a.jpg?b=2&a=1")).cache).toBe("HIT");
  });

  it("set the time by status", async () => {
    const statusCodeTtls = [
      { statusCodeRange: { from: 400, to: 499 }, value: 0 },
      { statusCode: 200, value: 10 },
    ];
    cacheRule({ cache: true, edgeTtl: { mode: "respect_origin", statusCodeTtls } });
    await put("x", "x");
    expect((await get("/absent")).cache).toBe("BYPASS");
    await get("/x");
    time += 10_000;
    expect((await get("/x")).cache).toBe("REVALIDATED");
  });

  it("do not keep what says nothing, where told so", async () => {
    cacheRule({ cache: true, edgeTtl: { mode: "bypass_by_default" } });
    await put("x", "x");
    expect((await get("/x")).cache).toBe("BYPASS");
  });
});

describe("answers", () => {
  it("are ranges, heads and 304 alike from origin and cache", async () => {
    await put("a.mp4", "0123456789");
    await put("a.txt", "0123456789");
    for (const path of ["/a.mp4", "/a.mp4", "/a.txt"]) {
      const range = await get(path, { range: "bytes=2-4" });
      expect(range).toMatchObject({ status: 206, body: "234" });
      expect(range.headers["content-range"]).toBe("bytes 2-4/10");
      const head = await get(path, {}, "HEAD");
      expect(head).toMatchObject({ status: 200, body: "" });
      expect(head.headers["content-length"]).toBe("10");
      const etag = String(head.headers.etag);
      expect(await get(path, { "if-none-match": etag })).toMatchObject({ status: 304, body: "" });
      expect((await get(path, { "if-range": '"other"', range: "bytes=2-4" })).status).toBe(200);
      expect((await get(path, { range: "bytes=10-" })).status).toBe(416);
    }
    expect((await get("/a.mp4")).cache).toBe("HIT");
  });

  it("pass through whole what is too large to keep, and keep no more than there is room for", async () => {
    await put("large.jpg", "x".repeat(2001));
    expect(await get("/large.jpg")).toMatchObject({ cache: "BYPASS", body: "x".repeat(2001) });
    for (const name of ["a", "b", "c", "d"]) {
      await put(`${name}.jpg`, "x".repeat(900));
      await get(`/${name}.jpg`);
    }
    expect(edge.statistics().cached).toEqual({ answers: 3, bytes: 2700 });
    expect((await get("/a.jpg")).cache).toBe("MISS");
    expect((await get("/d.jpg")).cache).toBe("HIT");
  });

  it("fetch once what many ask for at the same time", async () => {
    await put("a.jpg", "x");
    const answers = await Promise.all(Array.from({ length: 10 }, () => get("/a.jpg")));
    expect(answers.filter(({ cache }) => cache === "MISS")).toHaveLength(1);
    expect(answers.every(({ body }) => body === "x")).toBe(true);
  });

  it.each([
    ["/a%ZZ", 404],
    ["/../../state.json", 404],
    ["//evil.test/x", 404],
    ["/", 404],
  ])("%s is %i", async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it("are for enabled hosts and reading only", async () => {
    expect((await get("/a.jpg", { host: "other.test" })).status).toBe(404);
    expect((await get("/a.jpg", {}, "PUT")).status).toBe(405);
    const domain = local.store.collection("r2CustomDomains").get(host)!;
    local.store.collection("r2CustomDomains").put(host, { ...domain, enabled: false });
    expect((await get("/a.jpg")).status).toBe(404);
  });
});

describe("CORS", () => {
  beforeEach(() => {
    const allowed = {
      methods: ["GET", "HEAD"],
      origins: ["http://a.test", "http://b.test"],
      headers: ["range"],
    };
    local.store.collection("r2BucketCors").put(mediaKey, {
      urn: "urn:cors",
      bucket: mediaKey,
      rules: [{ allowed, exposeHeaders: ["etag"], maxAgeSeconds: 60 }],
    });
  });

  it("never shows one origin what was allowed for another, cached or not", async () => {
    await put("a.jpg", "x");
    for (const origin of ["http://a.test", "http://b.test", "http://a.test", "http://evil.test", undefined]) {
      const { headers } = await get("/a.jpg", origin === undefined ? {} : { origin });
      const allowed = origin === "http://a.test" || origin === "http://b.test";
      expect(headers["access-control-allow-origin"]).toBe(allowed ? origin : undefined);
      expect(headers.vary).toBe("Origin");
    }
  });

  it("answers preflights by the bucket's rules", async () => {
    const preflight = (origin: string, method: string) =>
      get(
        "/a.jpg",
        { origin, "access-control-request-method": method, "access-control-request-headers": "range" },
        "OPTIONS",
      );
    expect(await preflight("http://a.test", "GET")).toMatchObject({ status: 204, cache: "DYNAMIC" });
    expect((await preflight("http://a.test", "GET")).headers["access-control-max-age"]).toBe("60");
    expect((await preflight("http://a.test", "PUT")).status).toBe(403);
    expect((await preflight("http://evil.test", "GET")).status).toBe(403);
  });
});

describe("rate limit", () => {
  const limit = (more: Json = {}, rule: Partial<RulesetRule> = {}) =>
    rules("http_ratelimit", {
      ratelimit: {
        characteristics: ["cf.colo.id", "ip.src"],
        period: 10,
        requestsPerPeriod: 5,
        mitigationTimeout: 10,
        ...more,
      },
      ...rule,
    });
  const statuses = async (count: number, path = "/a.jpg") => {
    const all: number[] = [];
    for (let index = 0; index < count; index++) all.push((await get(path)).status);
    return all;
  };
  beforeEach(() => put("a.jpg", "x"));

  it("refuses one request too many for the time of the rule, cached or not", async () => {
    limit();
    expect(await statuses(7)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    time += 4000;
    expect((await get("/a.jpg")).headers["retry-after"]).toBe("6");
    time += 6000;
    expect(await statuses(1)).toEqual([200]);
    expect(edge.statistics()).toMatchObject({ rateLimited: 3, cacheStatus: { MISS: 1, HIT: 5 } });
  });

  it("lets go what stays below the limit, across periods too", async () => {
    limit();
    for (let round = 0; round < 4; round++) {
      expect(await statuses(2)).toEqual([200, 200]);
      time += 10_000;
    }
    expect(await statuses(3)).toEqual([200, 200, 200]);
    // Half of the two before still count.
    time += 5000;
    expect(await statuses(4)).toEqual([200, 429, 429, 429]);
  });

  it("counts only what matches, and by what it says", async () => {
    limit({}, { expression: 'starts_with(http.request.uri.path, "/b")' });
    expect(await statuses(8)).not.toContain(429);
    limit({ characteristics: ["cf.colo.id", 'http.request.headers["x-user"]'] });
    for (const user of ["a", "b"]) {
      for (let index = 0; index < 5; index++)
        expect((await get("/a.jpg", { "x-user": user })).status).toBe(200);
    }
    expect((await get("/a.jpg", { "x-user": "a" })).status).toBe(429);
  });

  it("counts what reaches the origin alone, where told so", async () => {
    limit({ requestsToOrigin: true });
    expect(await statuses(10)).not.toContain(429);
  });

  it("throttles without a timeout, and answers as the rule says", async () => {
    const response = { statusCode: 430, content: '{"slow":true}', contentType: "application/json" };
    limit({ mitigationTimeout: 0 }, { actionParameters: { response } });
    expect(await statuses(6)).toEqual([200, 200, 200, 200, 200, 430]);
    time += 20_000;
    expect(await statuses(1)).toEqual([200]);
  });
});

describe("firewall and response headers", () => {
  it("blocks before all else", async () => {
    rules("http_request_firewall_custom", { expression: 'http.user_agent contains "bad"' });
    expect((await get("/a.jpg", { "user-agent": "a bad one" })).status).toBe(403);
    expect((await get("/a.jpg", { "user-agent": "good" })).status).toBe(404);
    expect(edge.statistics().blocked).toBe(1);
  });

  it("shows no upload that waits, however its path is written", async () => {
    rules("http_request_firewall_custom", ...(firewallRules({ mediaHost: host }) as Partial<RulesetRule>[]));
    await put("pending/posts/u/1.png", "unchecked");
    await put("posts/u/pending-1.png", "checked");
    for (const path of [
      "/pending/posts/u/1.png",
      "/pending/posts/u/1.png?v=1",
      "/%70ending/posts/u/1.png",
      "/pending%2Fposts%2fu%2F1.png",
      "/posts/../pending/posts/u/1.png",
      "/posts/%2e%2e/pending/posts/u/1.png",
      "/./pending/posts/u/1.png",
      "/\\pending\\posts/u/1.png",
      "/cdn-cgi/image/width=640/pending/posts/u/1.png",
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 403]);
      expect([path, (await get(path, {}, "HEAD")).status]).toEqual([path, 403]);
    }
    expect(await get("/posts/u/pending-1.png")).toMatchObject({ status: 200, body: "checked" });
  });

  it("sets, adds and removes headers", async () => {
    await put("a.jpg", "x", { "content-language": "de" });
    rules("http_response_headers_transform", {
      action: "rewrite",
      expression: "http.response.code eq 200",
      actionParameters: {
        headers: {
          "X-Content-Type-Options": { operation: "set", value: "nosniff" },
          "content-type": { operation: "set", value: "image/x" },
          "content-language": { operation: "remove" },
          vary: { operation: "add", value: "accept" },
        },
      },
    });
    const { headers } = await get("/a.jpg");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-type": "image/x",
      vary: "accept",
    });
    expect(headers["content-language"]).toBeUndefined();
    expect((await get("/absent")).headers["x-content-type-options"]).toBeUndefined();
  });
});

describe("purge", () => {
  it.each([
    ["everything", { everything: true } as const, 3],
    ["by prefix", { prefixes: [`${host}/a/`] }, 2],
    ["by host", { hosts: ["other.test"] }, 0],
    ["by address", { files: [`https://${host}/a/1.jpg?v=1`] }, 1],
  ])("%s", async (_how, what, count) => {
    for (const key of ["a/1.jpg", "a/2.jpg", "b/1.jpg"]) {
      await put(key, "x");
      await get(key === "a/1.jpg" ? `/${key}?v=1` : `/${key}`);
    }
    expect(edge.purge(what)).toBe(count);
    expect(edge.statistics().cached.answers).toBe(3 - count);
  });
});
