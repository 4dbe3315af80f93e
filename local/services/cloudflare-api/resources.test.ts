import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seedAccounts } from "../../seed.ts";
import { Store } from "../../state/store.ts";
import { createCloudflareApi } from "./cloudflare-api.ts";

const account = "/accounts/0000000000000000000000000010ca10";
const zone = "/zones/0000000000000000000000000020ca10";
let directory: string;
let store: Store;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cloudflare-"));
  store = new Store(join(directory, "state.json"));
  seedAccounts(store);
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Answer {
  success: boolean;
  errors: { code: number; message: string }[];
  result: Record<string, unknown>;
  result_info?: { cursor?: string; total_count?: number; total_pages?: number };
}

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await createCloudflareApi({ store, token: "token" }).request(`/client/v4${path}`, {
    method,
    headers: { authorization: "Bearer token", "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Answer };
}

function withCloudflare(change: object): void {
  const accounts = store.collection("accounts");
  const found = accounts.get("accounts")!;
  accounts.put("accounts", { ...found, cloudflare: { ...found.cloudflare, ...change } });
}

const madeBucket = (name = "media", jurisdiction = "default") =>
  ask("POST", `${account}/r2/buckets`, { name }, { "cf-r2-jurisdiction": jurisdiction });

test("buckets are listed by cursor, in order of name, each jurisdiction by itself", async () => {
  for (const name of ["bucket-c", "bucket-a", "bucket-b", "other"]) await madeBucket(name);
  await madeBucket("bucket-eu", "eu");
  const pages: unknown[] = [];
  let cursor: string | undefined = "";
  while (cursor !== undefined) {
    const path = `${account}/r2/buckets?per_page=2&name_contains=bucket&cursor=${cursor}`;
    const { body } = await ask("GET", path);
    pages.push((body.result["buckets"] as { name: string }[]).map(({ name }) => name));
    cursor = body.result_info?.cursor;
  }
  expect(pages).toEqual([["bucket-a", "bucket-b"], ["bucket-c"]]);
  const european = { "cf-r2-jurisdiction": "eu" };
  expect(
    (await ask("GET", `${account}/r2/buckets/bucket-eu`, undefined, european)).body.result,
  ).toMatchObject({
    name: "bucket-eu",
    jurisdiction: "eu",
  });
  expect((await ask("GET", `${account}/r2/buckets/bucket-eu`)).status).toBe(404);
});

test("a host is connected to one bucket, changed and taken away", async () => {
  await madeBucket();
  const path = `${account}/r2/buckets/media/domains/custom`;
  const host = {
    domain: "media.lavlay.localhost",
    zoneId: "0000000000000000000000000020ca10",
    enabled: true,
  };
  expect((await ask("POST", path, host)).body.result).toMatchObject({ ...host, minTLS: "1.0" });
  await madeBucket("second");
  expect((await ask("POST", `${account}/r2/buckets/second/domains/custom`, host)).status).toBe(409);
  expect((await ask("PUT", `${path}/${host.domain}`, { minTLS: "1.2" })).body.result).toMatchObject({
    enabled: true,
    minTLS: "1.2",
  });
  expect((await ask("GET", path)).body.result["domains"]).toHaveLength(1);
  await ask("DELETE", `${path}/${host.domain}`);
  expect((await ask("GET", `${path}/${host.domain}`)).status).toBe(404);
});

test("a ruleset's rules keep their ids by their refs", async () => {
  const path = `${zone}/rulesets/phases/http_request_cache_settings/entrypoint`;
  const rule = { expression: "true", action: "set_cache_settings", action_parameters: { cache: true } };
  const rules = (answer: Answer) => answer.result["rules"] as { id: string; ref: string }[];
  const first = await ask("PUT", path, { rules: [{ ...rule, ref: "one" }] });
  const second = await ask("PUT", path, { rules: [rule, { ...rule, ref: "one" }] });
  expect(rules(second.body)[1]?.id).toBe(rules(first.body)[0]?.id);
  expect(rules((await ask("GET", path)).body)).toEqual(rules(second.body));
  const listed = await ask("GET", `${zone}/rulesets`);
  expect(listed.body.result).toMatchObject([{ phase: "http_request_cache_settings", kind: "zone" }]);
  const { id } = first.body.result;
  expect((await ask("DELETE", `${zone}/rulesets/${String(id)}`)).status).toBe(204);
  expect((await ask("GET", path)).status).toBe(404);
});

test("a DNS record is found by its name, changed in part, and taken away", async () => {
  const made = await ask("POST", `${zone}/dns_records`, {
    name: "app.lavlay.localhost",
    type: "A",
    content: "192.0.2.1",
    ttl: 300,
  });
  const path = `${zone}/dns_records/${String(made.body.result["id"])}`;
  expect((await ask("PATCH", path, { content: "192.0.2.2" })).body.result).toMatchObject({
    content: "192.0.2.2",
    ttl: 300,
    comment: null,
  });
  const named = (name: string) => ask("GET", `${zone}/dns_records?name=${name}`);
  expect((await named("app.lavlay.localhost")).body.result_info?.total_count).toBe(1);
  expect((await named("lavlay.localhost")).body.result).toEqual([]);
  expect((await ask("DELETE", path)).status).toBe(200);
  expect((await ask("GET", path)).status).toBe(404);
});

test("a token is made, rolled and taken away; its value is told twice and not again", async () => {
  const group = { id: "2efd5506f9c8494dacb1fa10a3e7d5b6" };
  const policies = [{ effect: "allow", permission_groups: [group], resources: { everything: "*" } }];
  const made = await ask("POST", `${account}/tokens`, { name: "by hand", policies });
  const { id, value } = made.body.result;
  const path = `${account}/tokens/${String(id)}`;
  const told = await ask("GET", path);
  expect(told.body.result).toMatchObject({ name: "by hand", status: "active", policies });
  expect(told.body.result).not.toHaveProperty("value");
  const rolled = (await ask("PUT", `${path}/value`, {})).body.result as unknown;
  expect(rolled).not.toBe(value);
  expect(store.collection("accountTokens").get(String(id))?.value).toBe(rolled);
  expect((await ask("DELETE", path)).status).toBe(200);
  expect((await ask("GET", path)).status).toBe(404);
});

test("pools are listed page by page, each in the API's own names", async () => {
  const path = `${account}/load_balancers/pools`;
  const origins = [{ name: "one", address: "a.example", header: { Host: ["b.example"] } }];
  const ids: unknown[] = [];
  for (const name of ["one", "two", "three"])
    ids.push((await ask("POST", path, { name, origins })).body.result["id"]);
  const pages = await Promise.all([1, 2].map((page) => ask("GET", `${path}?per_page=2&page=${page}`)));
  const listed = pages.flatMap(({ body }) => body.result as unknown as Record<string, unknown>[]);
  expect(listed.map(({ id }) => id)).toEqual(ids);
  expect(pages[0]?.body.result_info).toMatchObject({ total_count: 3, total_pages: 2 });
  expect(listed[0]).toMatchObject({ name: "one", minimum_origins: 1, origins });
  expect(listed[0]).not.toHaveProperty("account_id");
});

const setting = { value: "strict" };

test.each([
  ["GET", `${account}/r2/buckets/none`, undefined, 404, 10006],
  ["POST", `${account}/r2/buckets`, { name: "media" }, 409, 10004],
  ["POST", `${account}/r2/buckets`, { name: "No_Good" }, 400, 1004],
  ["GET", `${account}/r2/buckets?per_page=0`, undefined, 400, 10028],
  ["GET", `${account}/r2/buckets/media/cors`, undefined, 404, 10059],
  ["PUT", `${account}/r2/buckets/none/cors`, { rules: [] }, 404, 10006],
  ["PUT", `${account}/r2/buckets/media/cors`, { rules: [{ allowed: { methods: ["FETCH"] } }] }, 400, 1004],
  ["POST", `${account}/r2/buckets/media/domains/custom`, { domain: "elsewhere.example" }, 400, 1004],
  ["GET", "/accounts/other/r2/buckets", undefined, 404, 7003],
  ["GET", `${zone}/rulesets/phases/http_ratelimit/entrypoint`, undefined, 404, 10003],
  ["PUT", `${zone}/rulesets/phases/http_ratelimit/entrypoint`, { rules: [{ action: "block" }] }, 400, 1004],
  ["GET", `${zone}/rulesets/${"f".repeat(32)}`, undefined, 404, 10004],
  ["GET", `${zone}/cache/tiered_cache_smart_topology_enable`, undefined, 404, 1142],
  ["PATCH", `${zone}/settings/no_such`, setting, 400, 1006],
  ["PATCH", `${zone}/settings/ssl`, { value: "loose" }, 400, 1004],
  ["PATCH", `${zone}/settings/polish`, { value: "lossy" }, 400, 1004],
  ["PATCH", "/zones/other/settings/ssl", setting, 404, 1049],
  ["POST", `${zone}/dns_records`, { name: "x.lavlay.localhost", type: "SPF", content: "x" }, 400, 1004],
  ["DELETE", `${zone}/dns_records/${"f".repeat(32)}`, undefined, 404, 81044],
  ["POST", `${account}/tokens`, { name: "x", policies: [] }, 400, 1001],
  ["GET", `${account}/load_balancers/pools/${"f".repeat(32)}`, undefined, 404, 1001],
  ["POST", `${account}/load_balancers/pools`, { name: "x" }, 400, 1004],
  ["POST", `${account}/alerting/v3/policies`, { name: "x", alert_type: "no_such" }, 400, 1004],
])("%s %s %j is refused: %i, code %i", async (method, path, body, status, code) => {
  await madeBucket();
  const answer = await ask(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ success: false, errors: [{ code }], result: null });
});

test("a second ruleset of a phase, and a record in another's way, are refused", async () => {
  const ruleset = { name: "one", kind: "zone", phase: "http_request_cache_settings", rules: [] };
  expect((await ask("POST", `${zone}/rulesets`, ruleset)).status).toBe(200);
  expect((await ask("POST", `${zone}/rulesets`, ruleset)).body.errors[0]?.code).toBe(20217);
  const record = { name: "app.lavlay.localhost", type: "CNAME", content: "a.example" };
  await ask("POST", `${zone}/dns_records`, record);
  const again = async (change: object) =>
    (await ask("POST", `${zone}/dns_records`, { ...record, ...change })).body.errors[0]?.code;
  expect(await again({})).toBe(81058);
  expect(await again({ type: "A", content: "192.0.2.1" })).toBe(81053);
});

test.each([
  ["Workers R2 Storage Read", "GET", `${account}/r2/buckets`, 200],
  ["Workers R2 Storage Read", "POST", `${account}/r2/buckets`, 403],
  ["Zone Settings Read", "GET", `${zone}/settings/ssl`, 200],
  ["Zone Settings Read", "PATCH", `${zone}/settings/ssl`, 403],
  ["DNS Read", "GET", `${zone}/dns_records`, 200],
  ["DNS Read", "POST", `${zone}/dns_records`, 403],
  ["DNS Write", "GET", `${account}/r2/buckets`, 403],
  ["Load Balancers Write", "GET", `${zone}/load_balancers`, 200],
  ["Load Balancers Write", "GET", `${account}/load_balancers/pools`, 403],
  ["Load Balancing: Monitors and Pools Read", "GET", `${account}/load_balancers/monitors`, 200],
  ["Load Balancing: Monitors and Pools Read", "POST", `${account}/load_balancers/monitors`, 403],
  ["Health Checks Read", "GET", `${zone}/healthchecks`, 200],
  ["Notifications Read", "GET", `${account}/alerting/v3/policies`, 200],
  ["Notifications Read", "POST", `${account}/alerting/v3/destinations/webhooks`, 403],
])("a token with %s: %s %s is answered %i", async (permission, method, path, status) => {
  withCloudflare({ token: { permissions: [permission] } });
  expect((await ask(method, path, method === "GET" ? undefined : {})).status).toBe(status);
});

test("R2 must be enabled in the dashboard first", async () => {
  withCloudflare({ r2Enabled: false });
  const { status, body } = await ask("GET", `${account}/r2/buckets`);
  expect([status, body.errors[0]?.code]).toEqual([403, 10042]);
});
