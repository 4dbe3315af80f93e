import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createUploadLimit } from "../../../functions/_shared/upload-limit.ts";
import { Store } from "../../state/store.ts";
import { createRedis } from "../redis/redis.ts";

/** The shared allowance where there is a Redis: it alone is asked. That of the database has its tests beside the SQL. */

let folder: string;
let server: ReturnType<typeof serve>;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "upload-limit-"));
  const store = new Store(join(folder, "state.json"));
  store.collection("redisDatabases").put("redis", {
    ...{ urn: "r", id: "redis", restToken: "token", readOnlyRestToken: "read" },
  } as Parameters<ReturnType<typeof store.collection<"redisDatabases">>["put"]>[1]);
  const { fetch } = createRedis({ store });
  server = serve({ fetch, port: 0, hostname: "127.0.0.1", createServer });
  if (!server.listening) await new Promise((ready) => server.once("listening", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const limitBy = (token: string) =>
  createUploadLimit({
    supabaseUrl: "http://127.0.0.1:1",
    redis: { url, token },
    r2: { endpoint: "", bucket: "", accessKeyId: "", secretAccessKey: "", publicUrl: "" },
    allowedOrigins: [],
  });

it("gives 30 a minute to each user, over all instances", async () => {
  const instances = [limitBy("token"), limitBy("token")];
  const takeAll = async (user: string) => {
    const taken: number[] = [];
    // More than twice the allowance: a minute may end meanwhile.
    for (let n = 0; n < 62; n++) taken.push(await instances[n % 2]!(user, ""));
    return taken;
  };
  for (const user of ["ada", "ben"]) {
    const taken = await takeAll(user);
    expect(taken.slice(0, 30)).toEqual(Array<number>(30).fill(0));
    const refusals = taken.filter((seconds) => seconds > 0);
    expect(refusals.length).toBeGreaterThan(0);
    for (const seconds of refusals) expect(seconds).toBeLessThanOrEqual(60);
  }
});

it("lets uploads go on when it cannot be asked", async () => {
  expect(await limitBy("wrong")("ada", "")).toBe(0);
});
