import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seedAccounts } from "../../seed.ts";
import { Store } from "../../state/store.ts";
import { createManagementApi } from "./management-api.ts";

let directory: string;
let store: Store;
let calls: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "management-"));
  store = new Store(join(directory, "state.json"));
  seedAccounts(store);
  calls = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

async function ask(method: string, path: string, body?: unknown) {
  const api = createManagementApi({
    store,
    token: "token",
    hooks: {
      createProject: async ({ ref }) => void calls.push(`create ${ref}`),
      updateProject: async ({ databasePassword }) => void calls.push(`password ${databasePassword}`),
      projectKeys: () => ({ anonKey: "a", serviceRoleKey: "s", publishableKey: "p", secretKey: "k" }),
      // Nobody listens there.
      poolerUrl: () => "postgresql://postgres:[YOUR-PASSWORD]@127.0.0.1:1/postgres",
      functionsDirectory: join(directory, "functions"),
    },
  });
  const response = await api.request(path, {
    method,
    headers: { authorization: "Bearer token", "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
}

const wanted = {
  name: "By hand",
  organization_slug: "local",
  db_pass: "correct horse",
  region_selection: { type: "specific", code: "eu-west-1" },
};
const made = async () => (await ask("POST", "/v1/projects", wanted)).body["id"] as string;

test("a project is made, listed, renamed, and given another password, which nobody is told", async () => {
  const ref = await made();
  expect(calls).toEqual([`create ${ref}`]);
  await ask("PATCH", `/v1/projects/${ref}`, { name: "Renamed" });
  expect((await ask("GET", "/v1/projects")).body).toMatchObject([
    { id: ref, name: "Renamed", region: "eu-west-1" },
  ]);
  await ask("PATCH", `/v1/projects/${ref}/database/password`, { password: "battery staple" });
  expect(calls.at(-1)).toBe("password battery staple");
  expect(JSON.stringify((await ask("GET", `/v1/projects/${ref}`)).body)).not.toContain("battery");
});

test("settings begin with a new project's values and are changed key by key", async () => {
  const path = `/v1/projects/${await made()}`;
  expect((await ask("GET", `${path}/config/auth`)).body).toMatchObject({
    jwt_exp: 3600,
    password_min_length: 6,
  });
  await ask("PATCH", `${path}/config/auth`, { jwt_exp: 60 });
  await ask("PATCH", `${path}/config/auth`, { disable_signup: true });
  expect((await ask("GET", `${path}/config/auth`)).body).toMatchObject({ jwt_exp: 60, disable_signup: true });
  await ask("PATCH", `${path}/config/storage`, { features: { s3Protocol: { enabled: false } } });
  expect((await ask("GET", `${path}/config/storage`)).body).toMatchObject({
    fileSizeLimit: 52_428_800,
    features: { imageTransformation: { enabled: false }, s3Protocol: { enabled: false } },
  });
  await ask("PUT", `${path}/ssl-enforcement`, { requestedConfig: { database: true } });
  expect((await ask("GET", `${path}/ssl-enforcement`)).body).toMatchObject({
    currentConfig: { database: true },
  });
  const lists = { dbAllowedCidrs: ["192.0.2.0/24"], dbAllowedCidrsV6: ["2001:db8::/32"] };
  await ask("POST", `${path}/network-restrictions/apply`, lists);
  expect((await ask("GET", `${path}/network-restrictions`)).body).toMatchObject({ config: lists });
});

test("secrets are told by digest alone, and set and taken away by name", async () => {
  const path = `/v1/projects/${await made()}/secrets`;
  await ask("POST", path, [{ name: "A", value: "first" }]);
  await ask("POST", path, [{ name: "B", value: "second" }]);
  const { body } = await ask("GET", path);
  expect(body).toMatchObject([
    { name: "A" },
    { name: "B", value: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
  ]);
  expect(JSON.stringify(body)).not.toContain("second");
  await ask("DELETE", path, ["A"]);
  expect((await ask("GET", path)).body).toMatchObject([{ name: "B" }]);
});

test.each([
  ["POST", "/v1/projects", { ...wanted, db_pass: "abc" }, 400, /databasePassword/],
  ["POST", "/v1/projects", { ...wanted, organization_slug: "other" }, 404, /Organization/],
  ["POST", "/v1/projects", wanted, 400, /one project/],
  ["PATCH", "REF/config/auth", { jwt_expp: 1 }, 400, /jwt_expp/],
  ["PATCH", "REF/database/password", { password: "x" }, 400, /4 characters/],
  ["PUT", "REF/ssl-enforcement", {}, 400, /requestedConfig/],
  ["POST", "REF/secrets", [{ name: "SUPABASE_URL", value: "x" }], 400, /reserved/],
  ["POST", "REF/secrets", { name: "A" }, 400, /list/],
  ["POST", "REF/functions/deploy?slug=..", {}, 400, /slug/],
  ["POST", "REF/functions/deploy?slug=ok", {}, 400, /form/],
  ["POST", "REF/database/query", { query: "select 1" }, 400, /Failed to run sql query/],
  ["GET", "/v1/projects/other/config/auth", undefined, 404, /Project not found/],
  ["GET", "/v1/projects/other/secrets", undefined, 404, /Project not found/],
])("%s %s %j is refused: %i %s", async (method, path, body, status, message) => {
  const ref = await made();
  expect(await ask(method, path.replace("REF", `/v1/projects/${ref}`), body)).toEqual({
    status,
    body: { message: expect.stringMatching(message) as unknown },
  });
});
