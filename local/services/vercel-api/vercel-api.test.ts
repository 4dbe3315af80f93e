import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seedAccounts } from "../../seed.ts";
import { Store } from "../../state/store.ts";
import { createVercelApi } from "./vercel-api.ts";

let directory: string;
let store: Store;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vercel-"));
  store = new Store(join(directory, "state.json"));
  seedAccounts(store);
});
afterEach(() => rmSync(directory, { recursive: true }));

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const api = createVercelApi({ store, token: "token", hostingDirectory: join(directory, "hosting") });
  const response = await api.request(path, {
    method,
    headers: { authorization: "Bearer token", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const madeProject = async () => (await ask("POST", "/v11/projects", { name: "web" })).body as { id: string };

test("a project is found by id and by name, and changed", async () => {
  const { id } = await madeProject();
  for (const key of [id, "web"])
    expect((await ask("GET", `/v9/projects/${key}`)).body).toMatchObject({ id, framework: null });
  await ask("PATCH", `/v9/projects/${id}`, { framework: "vite" });
  expect((await ask("GET", "/v9/projects")).body["projects"]).toMatchObject([{ id, framework: "vite" }]);
});

test("a variable is told by its id, or where decryption is asked for; a sensitive one never", async () => {
  const { id } = await madeProject();
  const made = async (key: string, type: string) => {
    const variable = { key, value: "the value", type, target: ["production"] };
    const { body } = await ask("POST", `/v10/projects/${id}/env`, variable);
    return (body["created"] as { id: string }).id;
  };
  const open = await made("OPEN", "encrypted");
  const closed = await made("CLOSED", "sensitive");
  const values = async (query: string) => {
    const { body } = await ask("GET", `/v10/projects/${id}/env${query}`);
    return (body["envs"] as { value: string }[]).map(({ value }) => value);
  };
  expect(await values("")).toEqual(["", ""]);
  expect(await values("?decrypt=true")).toEqual(["the value", ""]);
  expect((await ask("GET", `/v1/projects/${id}/env/${open}`)).body["value"]).toBe("the value");
  expect((await ask("GET", `/v1/projects/${id}/env/${closed}`)).body["value"]).toBe("");
  await ask("PATCH", `/v9/projects/${id}/env/${open}`, { value: "changed" });
  expect((await ask("GET", `/v1/projects/${id}/env/${open}`)).body["value"]).toBe("changed");
});

test("files are uploaded by content, then deployed; the newest deployment comes first", async () => {
  const { id } = await madeProject();
  const page = "<h1>by hand</h1>";
  const sha = createHash("sha1").update(page).digest("hex");
  const files = [{ file: "index.html", sha, size: page.length }];
  const deploy = () => ask("POST", "/v13/deployments", { project: id, target: "production", files });
  expect((await deploy()).body).toMatchObject({ error: { code: "missing_files" } });
  await ask("POST", "/v2/files", page, { "x-vercel-digest": sha });
  const first = (await deploy()).body;
  expect(first).toMatchObject({ readyState: "READY", target: "production" });
  const listed = await ask("GET", `/v6/deployments?projectId=${id}&target=production`);
  expect(listed.body["deployments"]).toMatchObject([{ uid: first["id"] }]);
});

test.each([
  ["POST", "/v11/projects", { name: "web" }, 409, "conflict"],
  ["POST", "/v11/projects", { name: "Not Good" }, 400, "bad_request"],
  ["GET", "/v9/projects/none", undefined, 404, "not_found"],
  ["POST", "/v10/projects/web/domains", { name: "app.lavlay.localhost" }, 409, "domain_already_in_use"],
  ["POST", "/v10/projects/web/domains", { name: "app" }, 400, "invalid_domain"],
  ["GET", "/v9/projects/web/domains/other.example", undefined, 404, "not_found"],
  [
    "POST",
    "/v10/projects/web/env",
    { key: "X", value: "2", target: ["production"] },
    403,
    "ENV_ALREADY_EXISTS",
  ],
  ["POST", "/v10/projects/web/env", { key: "Y" }, 400, "bad_request"],
  ["POST", "/v13/deployments", { project: "none", files: [] }, 404, "not_found"],
  ["POST", "/v13/deployments", { project: "web", files: [{}] }, 400, "bad_request"],
  ["POST", "/v2/files", "content", 400, "bad_request"],
])("%s %s %j is refused: %i %s", async (method, path, body, status, code) => {
  await madeProject();
  await ask("POST", "/v10/projects/web/domains", { name: "app.lavlay.localhost" });
  await ask("POST", "/v10/projects/web/env", { key: "X", value: "1", target: ["production", "preview"] });
  expect(await ask(method, path, body)).toMatchObject({ status, body: { error: { code } } });
});
