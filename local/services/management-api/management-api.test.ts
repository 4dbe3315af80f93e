import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Store } from "../../state/store.ts";
import { createManagementApi } from "./management-api.ts";

const ref = "abcdefghijklmnopqrst";
let directory: string;
let store: Store;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "management-"));
  store = new Store(join(directory, "state.json"));
  store.collection("projects").put(ref, {
    urn: "urn",
    ref,
    name: "LavLay",
    organizationId: "local",
    region: "eu-west-1",
    databasePassword: "secret",
    instanceSize: "nano",
  });
  store.collection("edgeFunctions").put(`${ref}/upload-media`, {
    urn: "urn",
    projectRef: ref,
    slug: "upload-media",
    name: "upload-media",
    checksum: "0".repeat(64),
    verifyJwt: true,
    version: 1,
    createdAt: 1,
    updatedAt: 1,
  });
  store.collection("accounts").put("accounts", {
    cloudflare: { accountId: "a", zones: [] },
    supabase: { organizationId: "local", plan: "free" },
    vercel: { plan: "hobby" },
    upstash: { plan: "free" },
  });
});

afterEach(() => rmSync(directory, { recursive: true }));

async function ask(method: string, path: string, body?: unknown, token = "sbp_token") {
  const response = await createManagementApi({ store, token: "sbp_token" }).request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
}

test.each(["", "wrong", "sbp_token2"])("the token %j is refused", async (token) => {
  expect(await ask("GET", `/v1/projects/${ref}`, undefined, token)).toEqual({
    status: 401,
    body: { message: "Unauthorized" },
  });
});

test("a project is described without its password", async () => {
  const { status, body } = await ask("GET", `/v1/projects/${ref}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: ref, name: "LavLay", status: "ACTIVE_HEALTHY" });
  expect(JSON.stringify(body)).not.toContain("secret");
});

test("the pooler is set and read back", async () => {
  const path = `/v1/projects/${ref}/config/database/pooler`;
  expect((await ask("GET", path)).body).toMatchObject([{ default_pool_size: 15, pool_mode: "transaction" }]);
  const changed = { default_pool_size: 20, pool_mode: "session" };
  expect(await ask("PATCH", path, changed)).toEqual({ status: 200, body: changed });
  expect((await ask("GET", path)).body).toMatchObject([{ database_type: "PRIMARY", ...changed }]);
  await ask("PATCH", path, { default_pool_size: 30 });
  expect((await ask("GET", path)).body).toMatchObject([{ default_pool_size: 30, pool_mode: "session" }]);
});

test.each([
  [{ default_pool_size: 0 }, "default_pool_size: must be a whole number from 1 to 3000"],
  [{ default_pool_size: "many" }, "default_pool_size: must be a whole number from 1 to 3000"],
  [{ pool_mode: "statement" }, "pool_mode: must be one of transaction, session"],
])("the pooler refuses %j", async (change, message) => {
  expect(await ask("PATCH", `/v1/projects/${ref}/config/database/pooler`, change)).toEqual({
    status: 400,
    body: { message },
  });
});

test("verify_jwt is set and read back, and nothing else changes", async () => {
  const path = `/v1/projects/${ref}/functions/upload-media`;
  expect((await ask("GET", path)).body).toMatchObject({ verify_jwt: true, version: 1 });
  expect((await ask("PATCH", path, { verify_jwt: false })).body).toMatchObject({ verify_jwt: false });
  expect((await ask("GET", path)).body).toMatchObject({
    verify_jwt: false,
    version: 1,
    name: "upload-media",
  });
  expect((await ask("PATCH", path, { verify_jwt: "no" })).status).toBe(400);
});

test("an organization tells its plan", async () => {
  expect((await ask("GET", "/v1/organizations/local")).body).toMatchObject({ id: "local", plan: "free" });
});

/** As if the organisation had that plan and the project that compute. */
async function grown(supabase: string, instanceSize: string): Promise<void> {
  const plans = { cloudflare: "free", supabase, vercel: "hobby", upstash: "free" };
  expect((await ask("PUT", "/local/plans", plans)).status).toBe(200);
  store.collection("projects").put(ref, { ...store.collection("projects").get(ref)!, instanceSize });
}
const under = (path: string) => `/v1/projects/${ref}/${path}`;
const disk = (size_gb: number) => ({ attributes: { type: "gp3", size_gb } });
const recovery = { addon_type: "pitr", addon_variant: "pitr_7" };
const region = { read_replica_region: "eu-west-1" };

test.each([
  ["PATCH", "billing/addons", recovery, /^Supabase Free has no point-in-time recovery/],
  [
    "PATCH",
    "billing/addons",
    { addon_type: "ipv4", addon_variant: "ipv4_default" },
    /no dedicated IPv4 address/,
  ],
  ["POST", "config/disk", disk(20), /fixed disk/],
  ["POST", "read-replicas/setup", region, /no read replicas/],
  [
    "PATCH",
    "config/realtime",
    { max_concurrent_users: 201 },
    "max_concurrent_users: Supabase Free allows at most 200",
  ],
])("on Free, %s %s is refused", async (method, path, change, message) => {
  expect(await ask(method, under(path), change)).toEqual({
    status: 400,
    body: { message: expect.stringMatching(message) },
  });
});

test("point-in-time recovery wants compute small, and is given back", async () => {
  await grown("pro", "micro");
  expect((await ask("PATCH", under("billing/addons"), recovery)).body["message"]).toMatch(/compute small/);
  await grown("pro", "small");
  expect((await ask("PATCH", under("billing/addons"), recovery)).status).toBe(200);
  expect((await ask("GET", under("billing/addons"))).body).toMatchObject({
    selected_addons: [{ type: "pitr", variant: { id: "pitr_7" } }],
  });
  expect((await ask("DELETE", under("billing/addons/pitr_7"))).status).toBe(200);
  expect((await ask("DELETE", under("billing/addons/pitr_7"))).status).toBe(404);
});

test("a disk grows, four times a day at most, and never shrinks", async () => {
  await grown("pro", "micro");
  for (const size of [10, 20, 30, 40])
    expect((await ask("POST", under("config/disk"), disk(size))).status).toBe(201);
  expect((await ask("POST", under("config/disk"), disk(50))).status).toBe(429);
  expect((await ask("POST", under("config/disk"), disk(20))).body["message"]).toMatch(/cannot shrink/);
  expect((await ask("GET", under("config/disk"))).body).toMatchObject({ attributes: { size_gb: 40 } });
});

test("read replicas are as many as the compute has, listed beside the primary, and go by their name", async () => {
  await grown("team", "small");
  for (let count = 0; count < 2; count++)
    expect((await ask("POST", under("read-replicas/setup"), region)).status).toBe(201);
  expect((await ask("POST", under("read-replicas/setup"), region)).body["message"]).toMatch(/at most 2/);
  const pooler = under("config/database/pooler");
  const listed = (await ask("GET", pooler)).body as unknown as {
    identifier: string;
    database_type: string;
  }[];
  expect(listed.map(({ database_type }) => database_type)).toEqual([
    "PRIMARY",
    "READ_REPLICA",
    "READ_REPLICA",
  ]);
  expect(listed[1]?.identifier).toMatch(new RegExp(`^${ref}-rr-eu-west-1-`));
  const gone = { database_identifier: listed[1]?.identifier };
  expect((await ask("POST", under("read-replicas/remove"), gone)).status).toBe(201);
  expect((await ask("POST", under("read-replicas/remove"), gone)).status).toBe(404);
});

test("Realtime's limit goes by the plan", async () => {
  await grown("team", "small");
  expect((await ask("PATCH", under("config/realtime"), { max_concurrent_users: 10_000 })).status).toBe(204);
  expect((await ask("GET", under("config/realtime"))).body).toEqual({ max_concurrent_users: 10_000 });
});

test("plans that no vendor has are refused, and change nothing", async () => {
  const { body } = await ask("PUT", "/local/plans", { cloudflare: "gold", supabase: "free" });
  expect(body["message"]).toMatch(/^cloudflare: must be one of free, .*; vercel: .*; upstash:/);
  expect((await ask("GET", "/v1/organizations/local")).body).toMatchObject({ plan: "free" });
  expect((await ask("PUT", "/local/plans", {}, "wrong")).status).toBe(401);
});

test.each([
  ["GET", "/v1/projects/unknown"],
  ["PATCH", "/v1/projects/unknown/config/database/pooler"],
  ["GET", `/v1/projects/${ref}/functions/unknown`],
  ["GET", "/v1/organizations/unknown"],
  ["POST", `/v1/projects/${ref}/database/query`],
])("%s %s is not found", async (method, path) => {
  expect((await ask(method, path, method === "GET" ? undefined : {})).status).toBe(404);
});
