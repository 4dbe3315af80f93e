import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { createCloudflareApi } from "../services/cloudflare-api/cloudflare-api.ts";
import { createManagementApi } from "../services/management-api/management-api.ts";
import { createSentryApi } from "../services/sentry-api/sentry-api.ts";
import { createUpstashApi } from "../services/upstash-api/upstash-api.ts";
import { createVercelApi } from "../services/vercel-api/vercel-api.ts";
import { accountId, startTestProviders, testContext, zoneId } from "./testing.ts";

let context: ReturnType<typeof testContext>;
let providers: Awaited<ReturnType<typeof startTestProviders>>;

beforeEach(async () => {
  context = testContext();
  const accounts = context.store.collection("accounts");
  const { cloudflare, ...rest } = accounts.get("accounts")!;
  const zones = cloudflare.zones.map((zone) => ({ ...zone, plan: "pro" as const }));
  accounts.put("accounts", { ...rest, cloudflare: { ...cloudflare, zones } });
  providers = await startTestProviders(context.context);
});
afterEach(async () => {
  await providers.close();
  context.remove();
});

interface Api {
  request(path: string, init: RequestInit): Response | Promise<Response>;
}

/** Asks one of the vendors' APIs; the value of its answer. */
async function ask<T>(
  api: Api,
  method: string,
  path: string,
  body?: unknown,
  authorization = "Bearer token",
): Promise<T> {
  const response = await api.request(path, {
    method,
    headers: { authorization, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  const answer = (text === "" ? {} : JSON.parse(text)) as { result?: T };
  return (answer.result ?? answer) as T;
}

const cloudflare = (method: string, path: string, body?: unknown) =>
  ask<{ id: string }>(
    createCloudflareApi({ store: context.store, token: "token" }),
    method,
    `/client/v4${path}`,
    body,
  );
const supabase = (method: string, path: string, body?: unknown) =>
  ask<{ id: string }>(
    createManagementApi({ store: context.store, token: "token", hooks: context.context.hooks }),
    method,
    path,
    body,
  );
const vercel = (method: string, path: string, body?: unknown) =>
  ask<{ id: string; created: { id: string } }>(
    createVercelApi({ store: context.store, token: "token" }),
    method,
    path,
    body,
  );

const upstash = (method: string, path: string, body?: unknown) =>
  ask<{ database_id: string }>(
    createUpstashApi({ store: context.store, email: "ops@lavlay.localhost", key: "token" }),
    method,
    path,
    body,
    `Basic ${Buffer.from("ops@lavlay.localhost:token").toString("base64")}`,
  );
const sentry = (method: string, path: string, body?: unknown) =>
  ask<{ id: string }>(createSentryApi({ store: context.store, token: "token" }), method, path, body);

const madeSentryProject = async () => {
  await sentry("POST", "/api/0/organizations/acme/teams/", { slug: "web" });
  await sentry("POST", "/api/0/teams/acme/web/projects/", { name: "app" });
};
const madeProject = () =>
  supabase("POST", "/v1/projects", {
    name: "By hand",
    organization_slug: "local",
    db_pass: "correct horse",
    region: "eu-west-1",
  });

interface Example {
  /** Makes it by the vendor's API; answers with the id to import it by, and the id it has then. */
  make(): Promise<{ by: string; id: string }>;
  /** What it is, of what the API was told. */
  outputs: Record<string, unknown>;
  /** What the program would declare, were it the same. */
  declared: (outputs: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** An id of another form, and what the provider says to it. */
  wrong?: [id: string, words: RegExp];
  unknown: string;
}

/** Something of Cloudflare's that is recorded: made by the API, imported by its owner's id and its own. */
const recorded = (
  path: string,
  body: object,
  outputs: Record<string, unknown>,
  declared: Record<string, unknown>,
  form: string,
): Example => {
  const owner = path.startsWith("/zones") ? zoneId : accountId;
  return {
    make: async () => {
      const { id } = await cloudflare("POST", path, body);
      return { by: `${owner}/${id}`, id };
    },
    outputs,
    declared: () => declared,
    wrong: [unknownId, new RegExp(`expected urlencoded segments "${form}"`)],
    unknown: `${"e".repeat(32)}/${unknownId}`,
  };
};

const zonePath = `/zones/${zoneId}`;
const unknownId = "f".repeat(32);

const examples: Readonly<Record<string, Example>> = {
  "cloudflare:index/r2Bucket:R2Bucket": {
    make: async () => {
      await cloudflare("POST", `/accounts/${accountId}/r2/buckets`, { name: "media", locationHint: "eeur" });
      return { by: `${accountId}/media/default`, id: "media" };
    },
    outputs: { name: "media", location: "eeur", jurisdiction: "default", storageClass: "Standard" },
    declared: () => ({ accountId, name: "media", jurisdiction: "default" }),
    wrong: [
      "media",
      /expected urlencoded segments "<account_id>\/<bucket_name>\/<jurisdiction>", got "media"/,
    ],
    unknown: `${accountId}/other/default`,
  },
  "cloudflare:index/ruleset:Ruleset": {
    make: async () => {
      const { id } = await cloudflare("PUT", `${zonePath}/rulesets/phases/http_ratelimit/entrypoint`, {
        rules: [
          {
            expression: '(starts_with(http.request.uri.path, "/"))',
            action: "block",
            ratelimit: {
              characteristics: ["cf.colo.id", "ip.src"],
              period: 10,
              requests_per_period: 100,
              mitigation_timeout: 10,
            },
          },
        ],
      });
      return { by: `zones/${zoneId}/${id}`, id };
    },
    outputs: { name: "default", phase: "http_ratelimit", kind: "zone", zoneId },
    declared: ({ rules }) => ({ zoneId, name: "default", kind: "zone", phase: "http_ratelimit", rules }),
    wrong: [`${zoneId}/1`, /expected urlencoded segments/],
    unknown: `zones/${zoneId}/${unknownId}`,
  },
  "cloudflare:index/zoneSetting:ZoneSetting": {
    make: async () => {
      await cloudflare("PATCH", `${zonePath}/settings/ssl`, { value: "flexible" });
      return { by: `${zoneId}/ssl`, id: "ssl" };
    },
    outputs: { zoneId, settingId: "ssl", value: "flexible" },
    declared: () => ({ zoneId, settingId: "ssl", value: "flexible" }),
    wrong: ["ssl", /expected urlencoded segments "<zone_id>\/<setting_id>"/],
    unknown: `${zoneId}/no_such_setting`,
  },
  "cloudflare:index/tieredCache:TieredCache": {
    make: async () => {
      await cloudflare("PATCH", `${zonePath}/cache/tiered_cache_smart_topology_enable`, { value: "on" });
      return { by: zoneId, id: zoneId };
    },
    outputs: { zoneId, value: "on" },
    declared: () => ({ zoneId, value: "on" }),
    unknown: unknownId,
  },
  "cloudflare:index/dnsRecord:DnsRecord": {
    make: async () => {
      const record = {
        name: "app.lavlay.localhost",
        type: "CNAME",
        content: "there.example",
        comment: "ours",
      };
      const { id } = await cloudflare("POST", `${zonePath}/dns_records`, record);
      return { by: `${zoneId}/${id}`, id };
    },
    outputs: {
      zoneId,
      name: "app.lavlay.localhost",
      type: "CNAME",
      content: "there.example",
      comment: "ours",
    },
    declared: () => ({
      zoneId,
      name: "app.lavlay.localhost",
      type: "CNAME",
      content: "there.example",
      ttl: 1,
      comment: "ours",
    }),
    wrong: [zoneId, /expected urlencoded segments "<zone_id>\/<dns_record_id>"/],
    unknown: `${zoneId}/${unknownId}`,
  },
  "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor": recorded(
    `/accounts/${accountId}/load_balancers/monitors`,
    { type: "https", path: "/health", expected_codes: "200", header: { Host: ["a.example"] } },
    { accountId, type: "https", expectedCodes: "200", header: { Host: ["a.example"] }, interval: 60 },
    { accountId, type: "https", path: "/health", expectedCodes: "200", header: { Host: ["a.example"] } },
    "<account_id>/<monitor_id>",
  ),
  "cloudflare:index/loadBalancerPool:LoadBalancerPool": recorded(
    `/accounts/${accountId}/load_balancers/pools`,
    { name: "api", origins: [{ name: "one", address: "a.example", header: { Host: ["b.example"] } }] },
    { accountId, name: "api", minimumOrigins: 1 },
    {
      accountId,
      name: "api",
      origins: [{ name: "one", address: "a.example", header: { hosts: ["b.example"] } }],
    },
    "<account_id>/<pool_id>",
  ),
  "cloudflare:index/loadBalancer:LoadBalancer": recorded(
    `${zonePath}/load_balancers`,
    { name: "api.lavlay.localhost", default_pools: ["1"], fallback_pool: "1" },
    { zoneId, name: "api.lavlay.localhost", defaultPools: ["1"], fallbackPool: "1", proxied: false },
    { zoneId, name: "api.lavlay.localhost", defaultPools: ["1"], fallbackPool: "1" },
    "<zone_id>/<load_balancer_id>",
  ),
  "cloudflare:index/healthcheck:Healthcheck": recorded(
    `${zonePath}/healthchecks`,
    { name: "web", address: "a.example", type: "HTTP", http_config: { path: "/", expected_codes: ["2xx"] } },
    { zoneId, address: "a.example", status: "unknown", consecutiveFails: 1 },
    { zoneId, name: "web", address: "a.example", httpConfig: { path: "/", expectedCodes: ["2xx"] } },
    "<zone_id>/<healthcheck_id>",
  ),
  "cloudflare:index/notificationPolicy:NotificationPolicy": recorded(
    `/accounts/${accountId}/alerting/v3/policies`,
    { name: "attack", alert_type: "dos_attack_l7", mechanisms: { email: [{ id: "a@b.example" }] } },
    { accountId, alertType: "dos_attack_l7", mechanisms: { emails: [{ id: "a@b.example" }] } },
    {
      accountId,
      name: "attack",
      alertType: "dos_attack_l7",
      mechanisms: { emails: [{ id: "a@b.example" }] },
    },
    "<account_id>/<policy_id>",
  ),
  "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks": recorded(
    `/accounts/${accountId}/alerting/v3/destinations/webhooks`,
    { name: "chat", url: "https://hooks.example/1" },
    { accountId, name: "chat", url: "https://hooks.example/1", type: "generic" },
    { accountId, name: "chat", url: "https://hooks.example/1" },
    "<account_id>/<webhook_id>",
  ),
  "upstash:index/redisDatabase:RedisDatabase": {
    make: async () => {
      const body = { database_name: "cache", primary_region: "eu-west-1", eviction: true };
      const { database_id: id } = await upstash("POST", "/v2/redis/database", body);
      return { by: id, id };
    },
    outputs: { databaseName: "cache", region: "global", primaryRegion: "eu-west-1", eviction: true },
    declared: () => ({
      databaseName: "cache",
      region: "global",
      primaryRegion: "eu-west-1",
      eviction: true,
      tls: true,
    }),
    unknown: "00000000-0000-4000-8000-000000000000",
  },
  "sentry:index/sentryTeam:SentryTeam": {
    make: async () => {
      await sentry("POST", "/api/0/organizations/acme/teams/", { slug: "web", name: "Web" });
      return { by: "acme/web", id: "web" };
    },
    outputs: { organization: "acme", slug: "web", name: "Web" },
    declared: () => ({ organization: "acme", slug: "web", name: "Web" }),
    unknown: "acme/other",
  },
  "sentry:index/sentryProject:SentryProject": {
    make: async () => {
      await madeSentryProject();
      return { by: "acme/app", id: "app" };
    },
    outputs: { organization: "acme", slug: "app", teams: ["web"] },
    declared: () => ({ organization: "acme", slug: "app", name: "app", teams: ["web"] }),
    unknown: "other/app",
  },
  "sentry:index/sentryKey:SentryKey": {
    make: async () => {
      await madeSentryProject();
      const { id } = await sentry("POST", "/api/0/projects/acme/app/keys/", { name: "web" });
      return { by: `acme/app/${id}`, id };
    },
    outputs: { organization: "acme", project: "app", name: "web", isActive: true },
    declared: () => ({ organization: "acme", project: "app", name: "web" }),
    unknown: "acme/app/none",
  },
  "supabase:index/settings:Settings": {
    make: async () => {
      const { id } = await madeProject();
      await supabase("PATCH", `/v1/projects/${id}/config/auth`, { jwt_exp: 7200 });
      return { by: id, id };
    },
    outputs: { sslEnforcement: false, auth: expect.stringContaining('"jwt_exp":7200') as unknown },
    declared: ({ projectRef, auth, api, database, network, storage }) => ({
      projectRef,
      auth,
      api,
      database,
      network,
      storage,
      sslEnforcement: false,
    }),
    unknown: "z".repeat(20),
  },
  "vercel:index/project:Project": {
    make: async () => {
      const { id } = await vercel("POST", "/v11/projects", { name: "web" });
      return { by: id, id };
    },
    outputs: { name: "web" },
    declared: () => ({ name: "web" }),
    wrong: ["a/b/c", /should be in format "team_id\/project_id" or "project_id"/],
    unknown: "prj_0000000000000000000000000000",
  },
  "vercel:index/projectDomain:ProjectDomain": {
    make: async () => {
      const { id } = await vercel("POST", "/v11/projects", { name: "web" });
      await vercel("POST", `/v10/projects/${id}/domains`, { name: "app.lavlay.localhost" });
      return { by: `team_abc/${id}/app.lavlay.localhost`, id: "app.lavlay.localhost" };
    },
    outputs: { domain: "app.lavlay.localhost", verified: true },
    declared: ({ projectId }) => ({ projectId, domain: "app.lavlay.localhost" }),
    wrong: ["app.lavlay.localhost", /"team_id\/project_id\/domain" or "project_id\/domain"/],
    unknown: "prj_0000000000000000000000000000/app.lavlay.localhost",
  },
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": {
    make: async () => {
      const { id } = await vercel("POST", "/v11/projects", { name: "web" });
      const variable = { key: "VITE_X", value: "1", target: ["production"], type: "encrypted" };
      const { created } = await vercel("POST", `/v10/projects/${id}/env`, variable);
      return { by: `${id}/${created.id}`, id: created.id };
    },
    outputs: { key: "VITE_X", value: "1", targets: ["production"], sensitive: false },
    declared: ({ projectId }) => ({
      projectId,
      key: "VITE_X",
      value: "1",
      targets: ["production"],
      sensitive: false,
    }),
    wrong: ["x", /"team_id\/project_id\/env_id" or "project_id\/env_id"/],
    unknown: "prj_0000000000000000000000000000/xxxxxxxxxxxxxxxx",
  },
};

describe.each(Object.entries(examples))("%s", (type, { make, outputs, declared, unknown }) => {
  it("that was made by hand is imported, and is the same as one that is declared so", async () => {
    const { by, id } = await make();
    const resource = providers.resource(type);
    const found = await resource.import(by);
    expect(found).toMatchObject({ id, outputs });
    expect(await resource.diff(declared(found?.outputs ?? {}))).toMatchObject({ changed: false, paths: [] });
  });

  it("is not found by an id that there is not", async () => {
    await make();
    expect(await providers.resource(type).import(unknown)).toBeUndefined();
  });
});

const wrongIds = Object.entries(examples).flatMap(([type, { wrong }]) =>
  wrong ? [[type, ...wrong] as const] : [],
);

test.each(wrongIds)("%s is refused by %j, in the provider's words", async (type, id, words) => {
  await expect(providers.resource(type).import(id)).rejects.toThrow(words);
});

test("a project is imported without its password, which an update then sets", async () => {
  const { id } = await madeProject();
  const project = providers.resource("supabase:index/project:Project");
  const found = await project.import(id);
  expect(found?.outputs).toEqual({
    name: "By hand",
    organizationId: "local",
    region: "eu-west-1",
    legacyApiKeysEnabled: true,
  });
  const declared = {
    name: "By hand",
    organizationId: "local",
    region: "eu-west-1",
    databasePassword: "another",
  };
  expect((await project.diff(declared)).paths).toEqual(["databasePassword"]);
  await project.update(declared);
  expect(context.calls).toContain(`update ${id}`);
});

test("a function is imported without its source; an id of another form is refused", async () => {
  const { id } = await madeProject();
  const form = new FormData();
  form.append("metadata", JSON.stringify({ name: "greet" }));
  form.append("file", new File(["Deno.serve(() => new Response());"], "index.ts"));
  const api = createManagementApi({ store: context.store, token: "token", hooks: context.context.hooks });
  const deployed = await api.request(`/v1/projects/${id}/functions/deploy?slug=greet`, {
    method: "POST",
    headers: { authorization: "Bearer token" },
    body: form,
  });
  expect(deployed.status).toBe(201);
  const greet = providers.resource("supabase:index/edgeFunction:EdgeFunction");
  const found = await greet.import(`${id}/greet`);
  expect(found).toMatchObject({
    id: `${id}/greet`,
    outputs: { slug: "greet", version: 1, status: "ACTIVE" },
  });
  expect(found?.outputs).not.toHaveProperty("entrypoint");
  await expect(greet.import("greet")).rejects.toThrow(
    "Expected import ID in format 'project_ref/slug', got: greet",
  );
  expect(await greet.import(`${id}/other`)).toBeUndefined();
});

test("a webhook is imported without its secret, which nobody tells", async () => {
  const path = `/accounts/${accountId}/alerting/v3/destinations/webhooks`;
  const { id } = await cloudflare("POST", path, { name: "chat", url: "https://a.example", secret: "horse" });
  expect(JSON.stringify(await cloudflare("GET", `${path}/${id}`))).not.toContain("horse");
  const webhook = providers.resource(
    "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks",
  );
  expect((await webhook.import(`${accountId}/${id}`))?.outputs).not.toHaveProperty("secret");
});

test("secrets: those that others have set stay, those that were declared and are not now go", async () => {
  const { id: projectRef } = await madeProject();
  await supabase("POST", `/v1/projects/${projectRef}/secrets`, [
    { name: "THEIRS", value: "1" },
    { name: "BOTH", value: "old" },
  ]);
  const stored = () => context.store.collection("functionSecrets").get(projectRef)?.secrets;
  const secrets = providers.resource("supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets");
  expect((await secrets.import(projectRef))?.outputs["secrets"]).toEqual([
    { name: "THEIRS" },
    { name: "BOTH" },
  ]);

  const own = providers.resource("supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets", "own");
  const both = [
    { name: "BOTH", value: "new" },
    { name: "OURS", value: "2" },
  ];
  await own.create({ projectRef, secrets: both });
  expect(stored()).toEqual({ THEIRS: "1", BOTH: "new", OURS: "2" });
  expect((await own.read())?.outputs["secrets"]).toEqual(both);
  await own.update({ projectRef, secrets: both.slice(0, 1) });
  expect(stored()).toEqual({ THEIRS: "1", BOTH: "new" });
  await own.delete();
  expect(stored()).toEqual({ THEIRS: "1" });
});

test("settings are written key by key: what is not declared stays as it was", async () => {
  const { id: projectRef } = await madeProject();
  const auth = (values: object) => supabase("PATCH", `/v1/projects/${projectRef}/config/auth`, values);
  await auth({ jwt_exp: 7200, disable_signup: true });
  const settings = providers.resource("supabase:index/settings:Settings");
  await settings.create({ projectRef, auth: JSON.stringify({ jwt_exp: 3600 }) });
  expect(context.store.collection("projectSettings").get(projectRef)?.auth).toEqual({
    jwt_exp: 3600,
    disable_signup: true,
  });
  // Drift of what is not declared is nobody's business.
  await auth({ disable_signup: false });
  expect((await settings.read())?.outputs["auth"]).toBe(JSON.stringify({ jwt_exp: 3600 }));
});

test.each([
  ["cloudflare:index/r2CustomDomain:R2CustomDomain", "media.lavlay.localhost"],
  ["cloudflare:index/r2BucketCors:R2BucketCors", `${accountId}/media`],
  ["cloudflare:index/r2BucketLifecycle:R2BucketLifecycle", `${accountId}/media`],
])("%s cannot be imported, as with the real provider", async (type, id) => {
  await expect(providers.resource(type).import(id)).rejects.toThrow("This resource does not support import");
});

test("what was made by hand cannot be made again", async () => {
  await cloudflare("POST", `/accounts/${accountId}/r2/buckets`, { name: "media" });
  const domain = { domain: "media.lavlay.localhost", zoneId, enabled: true };
  await cloudflare("POST", `/accounts/${accountId}/r2/buckets/media/domains/custom`, domain);
  const phase = "http_request_cache_settings";
  await cloudflare("PUT", `${zonePath}/rulesets/phases/${phase}/entrypoint`, { rules: [] });
  const make = (type: string, inputs: object) => providers.resource(type).create({ ...inputs });
  await expect(
    make("cloudflare:index/r2Bucket:R2Bucket", { accountId, name: "media", jurisdiction: "default" }),
  ).rejects.toThrow(/already exists, and you own it.* \(code 10004\)/);
  await expect(
    make("cloudflare:index/r2CustomDomain:R2CustomDomain", { accountId, bucketName: "media", ...domain }),
  ).rejects.toThrow(/already in use/);
  await expect(
    make("cloudflare:index/ruleset:Ruleset", { zoneId, name: "ours", kind: "zone", phase, rules: [] }),
  ).rejects.toThrow(/a phase has only one/);
});
