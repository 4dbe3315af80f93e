import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Store } from "../../state/store.ts";
import { createRedis } from "./redis.ts";

let directory: string;
let time: number;
let app: ReturnType<typeof createRedis>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "redis-"));
  time = 1_000_000;
  const store = new Store(join(directory, "state.json"));
  for (const id of ["one", "two"]) {
    store.collection("redisDatabases").put(id, {
      urn: "urn",
      id,
      name: id,
      primaryRegion: "eu-west-1",
      password: "p",
      restToken: `${id}-token`,
      readOnlyRestToken: `${id}-read`,
      creationTime: 0,
      properties: {},
    });
  }
  app = createRedis({ store, now: () => time });
});
afterEach(() => rmSync(directory, { recursive: true }));

async function send(path: string, body?: unknown, token = "one-token") {
  const response = await app.request(path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as { result?: unknown; error?: string }) };
}
const run = async (...command: unknown[]) => (await send("/", command)).result;

it("takes a command as JSON or as a path", async () => {
  expect(await send("/", ["SET", "greeting", "hello world"])).toEqual({ status: 200, result: "OK" });
  expect(await send("/get/greeting")).toEqual({ status: 200, result: "hello world" });
  expect(await send("/set/a%2Fb/1")).toEqual({ status: 200, result: "OK" });
  expect(await run("get", "a/b")).toBe("1");
  expect(await run("GET", "nothing")).toBeNull();
});

it("runs a pipeline in order, and tells each error in its place", async () => {
  const pipeline = [
    ["SET", "n", 1],
    ["INCR", "n"],
    ["HGET", "n", "x"],
    ["INCRBY", "n", "5"],
  ];
  const response = await app.request("/pipeline", {
    method: "POST",
    headers: { authorization: "Bearer one-token" },
    body: JSON.stringify(pipeline),
  });
  expect(await response.json()).toEqual([
    { result: "OK" },
    { result: 2 },
    { error: expect.stringMatching(/^WRONGTYPE/) },
    { result: 7 },
  ]);
});

describe("a key's time", () => {
  it("ends", async () => {
    await run("SET", "k", "v", "EX", 10);
    expect(await run("TTL", "k")).toBe(10);
    time += 9_999;
    expect(await run("GET", "k")).toBe("v");
    time += 1;
    expect(await run("GET", "k")).toBeNull();
    expect(await run("TTL", "k")).toBe(-2);
  });

  it("is kept by a counter, and goes with a new value", async () => {
    await run("INCR", "hits");
    expect(await run("PTTL", "hits")).toBe(-1);
    await run("PEXPIRE", "hits", 5_000);
    await run("INCR", "hits");
    expect(await run("PTTL", "hits")).toBe(5_000);
    await run("SET", "hits", "0");
    expect(await run("TTL", "hits")).toBe(-1);
  });
});

it("sets on a condition", async () => {
  expect(await run("SET", "lock", "a", "NX", "PX", 100)).toBe("OK");
  expect(await run("SET", "lock", "b", "NX", "PX", 100)).toBeNull();
  expect(await run("SET", "lock", "c", "XX", "GET")).toBe("a");
  expect(await run("SET", "other", "c", "XX")).toBeNull();
});

it("has what a sliding window needs", async () => {
  await run("ZADD", "window", 10, "a", 30, "c", 20, "b");
  expect(await run("ZREMRANGEBYSCORE", "window", "-inf", 10)).toBe(1);
  expect(await run("ZCARD", "window")).toBe(2);
  expect(await run("ZRANGE", "window", 0, -1)).toEqual(["b", "c"]);
});

it("has hashes, sets and lists, which are gone when they are empty", async () => {
  expect(await run("HSET", "h", "a", "1", "b", "2")).toBe(2);
  expect(await run("HGETALL", "h")).toEqual(["a", "1", "b", "2"]);
  expect(await run("HDEL", "h", "a", "b", "c")).toBe(2);
  expect(await run("SADD", "s", "x", "x", "y")).toBe(2);
  expect(await run("SREM", "s", "x", "y")).toBe(2);
  expect(await run("LPUSH", "l", "1", "2")).toBe(2);
  expect([await run("RPOP", "l"), await run("RPOP", "l"), await run("RPOP", "l")]).toEqual(["1", "2", null]);
  expect(await run("EXISTS", "h", "s", "l")).toBe(0);
});

it("keeps databases apart, and each to its tokens", async () => {
  await run("SET", "k", "one");
  expect((await send("/get/k", undefined, "two-token")).result).toBeNull();
  expect((await send("/get/k", undefined, "one-read")).result).toBe("one");
  expect(await send("/", ["SET", "k", "x"], "one-read")).toMatchObject({
    status: 400,
    error: expect.stringMatching(/^NOPERM/),
  });
  expect(await send("/get/k", undefined, "wrong")).toMatchObject({ status: 401 });
});

it.each([
  [["EVAL", "return 1", 0], /unknown command 'EVAL'/],
  [["GET"], /wrong number of arguments for 'get'/],
  [["INCRBY", "n", "much"], /not an integer/],
  [["SET", "k", "v", "SOMETIME"], /syntax error/],
  [[], /empty command/],
  ["no json", /must be a JSON array/],
])("refuses %j", async (command, error) => {
  expect(await send("/", command)).toEqual({ status: 400, error: expect.stringMatching(error) });
});
