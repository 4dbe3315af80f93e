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
  });
});

afterEach(() => rmSync(directory, { recursive: true }));

async function ask(method: string, path: string, body?: unknown, token = "sbp_token") {
  const response = await createManagementApi({ store, token: "sbp_token" }).request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
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

test.each([
  ["GET", "/v1/projects/unknown"],
  ["PATCH", "/v1/projects/unknown/config/database/pooler"],
  ["GET", `/v1/projects/${ref}/functions/unknown`],
  ["GET", "/v1/organizations/unknown"],
  ["POST", `/v1/projects/${ref}/database/query`],
])("%s %s is not found", async (method, path) => {
  expect((await ask(method, path, method === "GET" ? undefined : {})).status).toBe(404);
});
