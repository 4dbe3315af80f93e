import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  CheckResponse,
  InvokeResponse,
  ParameterizeResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import protobuf from "google-protobuf/google/protobuf/empty_pb.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogEntry, catalogEntries } from "../../catalog/catalog.ts";
import { hasUnknown, unknown } from "../../catalog/unknown.ts";
import { marshal, unmarshal, type Values } from "./marshal.ts";
import {
  accountId,
  ask,
  startTestProviders,
  testContext,
  urnOf,
  zoneId,
  type TestResource,
} from "./testing.ts";

const types = {
  bucket: "cloudflare:index/r2Bucket:R2Bucket",
  domain: "cloudflare:index/r2CustomDomain:R2CustomDomain",
  cors: "cloudflare:index/r2BucketCors:R2BucketCors",
  lifecycle: "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
  ruleset: "cloudflare:index/ruleset:Ruleset",
  setting: "cloudflare:index/zoneSetting:ZoneSetting",
  tiered: "cloudflare:index/tieredCache:TieredCache",
  dns: "cloudflare:index/dnsRecord:DnsRecord",
  token: "cloudflare:index/accountToken:AccountToken",
  project: "supabase:index/project:Project",
  settings: "supabase:index/settings:Settings",
  fn: "supabase:index/edgeFunction:EdgeFunction",
  secrets: "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets",
  web: "vercel:index/project:Project",
  webDomain: "vercel:index/projectDomain:ProjectDomain",
  variable: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  deployment: "vercel:index/deployment:Deployment",
  command: "command:local:Command",
};

let local: ReturnType<typeof testContext>;
let providers: Awaited<ReturnType<typeof startTestProviders>>;

beforeEach(async () => {
  local = testContext();
  providers = await startTestProviders(local.context);
});
afterEach(async () => {
  await providers.close();
  local.remove();
});

const bucketInputs = { accountId, name: "media" };
const bucketKey = `${accountId}/default/media`;
const onBucket = { accountId, bucketName: "media" };
const bucket = (name = "bucket") => providers.resource(types.bucket, name).create(bucketInputs);
const projectInputs = { databasePassword: "a long one", organizationId: "local", region: "eu-west-1" };
const project = () => providers.resource(types.project, "backend").create(projectInputs);
const web = () => providers.resource(types.web, "web").create({ name: "lavlay" });
const sentry = async () => {
  const organization = "lavlay";
  const { outputs } = await providers
    .resource("sentry:index/sentryProject:SentryProject", "errors")
    .create({ organization, name: "Web", slug: "web", teams: ["web"] });
  return { organization, project: outputs["slug"] };
};

function program(file: string, content: string): string {
  writeFileSync(join(local.projectRoot, file), content);
  return file;
}

async function invoke(
  token: string,
  inputs: Values,
): Promise<{ values: Values; secrets: readonly string[] }> {
  const request = new messages.InvokeRequest();
  request.setTok(token);
  request.setArgs(marshal(inputs));
  const client = providers.client(token);
  return unmarshal((await ask<InvokeResponse>((done) => client.invoke(request, done))).getReturn());
}

describe("the protocol", () => {
  test("plugins report the versions of the SDKs", async () => {
    for (const [name, version] of Object.entries({
      cloudflare: "6.22.1",
      supabase: "1.1.0",
      vercel: "5.4.1",
      command: "1.2.1",
    })) {
      const client = providers.client(`${name}:`);
      const info = await ask<PluginInfo>((done) => client.getPluginInfo(new protobuf.Empty(), done));
      expect(info.getVersion()).toBe(version);
    }
  });

  test("the Terraform bridge becomes Supabase's provider and nobody else's", async () => {
    const client = providers.client("supabase:");
    const request = (name: string) => {
      const value = new messages.ParameterizeRequest.ParametersValue();
      value.setName(name);
      value.setVersion("1.10.1");
      const parameterize = new messages.ParameterizeRequest();
      parameterize.setValue(value);
      return ask<ParameterizeResponse>((done) => client.parameterize(parameterize, done));
    };
    expect((await request("supabase")).getName()).toBe("supabase");
    await expect(request("random")).rejects.toThrow(
      "knows no package random; the local target has supabase 1.10.1",
    );
  });

  test("a malformed token in the configuration is refused", async () => {
    const client = providers.client("vercel:");
    const request = new messages.CheckRequest();
    request.setNews(marshal({ apiToken: "short", version: "5.4.1" }, ["apiToken"]));
    const response = await ask<CheckResponse>((done) => client.checkConfig(request, done));
    expect(response.getFailuresList().map((failure) => failure.getReason())).toEqual([
      "apiToken: [secret], but it must be 24 letters and digits. Correct it",
    ]);
  });

  test("an unknown resource type and function are refused by name, with what is known", async () => {
    const worker = providers.resource("cloudflare:index/workersScript:WorkersScript");
    await expect(worker.check({})).rejects.toThrow(
      /knows no resource type cloudflare:index\/workersScript:WorkersScript\. It knows:\n {2}cloudflare:index/,
    );
    await expect(invoke("cloudflare:index/getZones:getZones", {})).rejects.toThrow(/knows no function/);
  });

  test("a failure inside is logged, and told without its stack", async () => {
    local.context.hooks.createProject = () => Promise.reject(new Error("no more ports"));
    await expect(project()).rejects.toThrow("The local target failed: no more ports. Its log tells more.");
    expect(local.log.join("\n")).toContain("providers.test.ts");
  });

  test("secrets stay secret", async () => {
    const made = await project();
    expect(made.secrets).toEqual(["databasePassword"]);
    const variable = await providers
      .resource(types.command)
      .create({ create: "true", environment: { A: "b" } }, ["environment"]);
    expect(variable.secrets).toEqual(["environment"]);
  });
});

describe("check", () => {
  test("every mistake is told at once, with key, value, limit and fix", async () => {
    expect(
      await providers.resource(types.bucket).check({ accountId: "2".repeat(32), name: "Media" }),
    ).toEqual([
      expect.stringMatching(/^name: "Media", but a bucket's name is 3 to 63 .*\. Rename it \(https:/),
      expect.stringMatching(
        /^accountId: 2{32}, but Cloudflare's local stand-in has only 0{32}\. Take that id/,
      ),
    ]);
  });

  test("a second rate-limit rule on Cloudflare Free is refused", async () => {
    const rule = {
      expression: 'starts_with(http.request.uri.path, "/")',
      action: "block",
      ratelimit: {
        characteristics: ["cf.colo.id", "ip.src"],
        period: 10,
        requestsPerPeriod: 9,
        mitigationTimeout: 10,
      },
    };
    const inputs = { zoneId, name: "n", kind: "zone", phase: "http_ratelimit" };
    expect(await providers.resource(types.ruleset).check({ ...inputs, rules: [rule] })).toEqual([]);
    expect(await providers.resource(types.ruleset).check({ ...inputs, rules: [rule, rule] })).toEqual([
      expect.stringContaining("Cloudflare Free allows 1"),
    ]);
  });

  test("a host outside the zone and a missing entrypoint are refused", async () => {
    const domain = { ...onBucket, domain: "media.example.com", zoneId, enabled: true };
    expect(await providers.resource(types.domain).check(domain)).toEqual([
      expect.stringContaining("it must lie in the zone lavlay.localhost"),
    ]);
    const fn = { projectRef: unknown, slug: "upload", entrypoint: "nowhere.js" };
    expect(await providers.resource(types.fn).check(fn)).toEqual([
      expect.stringContaining("entrypoint: nowhere.js, but the file must be readable (ENOENT)"),
    ]);
  });
});

test("a preview tells what it knows and no more", async () => {
  expect(await providers.resource(types.bucket).preview({ accountId, name: unknown })).toEqual({
    accountId,
    name: unknown,
    jurisdiction: "default",
    storageClass: "Standard",
    creationDate: unknown,
    location: unknown,
  });
  const entrypoint = program("a.js", "1");
  const outputs = await providers.resource(types.fn).preview({ projectRef: unknown, slug: "a", entrypoint });
  expect(outputs["localChecksum"]).toBe(createHash("sha256").update("1").digest("hex"));
  expect(outputs["checksum"]).toBe(unknown);
});

/** Inputs of each type that acts, made so that its creation succeeds. */
const examples: Record<string, () => Promise<Values>> = {
  [types.bucket]: async () => bucketInputs,
  [types.domain]: async () => {
    await bucket();
    return { ...onBucket, domain: "media.lavlay.localhost", zoneId, enabled: true, minTls: "1.2" };
  },
  [types.cors]: async () => {
    await bucket();
    return { ...onBucket, rules: [{ allowed: { methods: ["GET"], origins: ["*"] } }] };
  },
  [types.lifecycle]: async () => {
    await bucket();
    return { ...onBucket, rules: [{ id: "a", enabled: true, conditions: { prefix: "" } }] };
  },
  [types.ruleset]: async () => ({
    zoneId,
    name: "cache",
    kind: "zone",
    phase: "http_request_cache_settings",
    rules: [
      { ref: "a", expression: "true", action: "set_cache_settings", actionParameters: { cache: true } },
    ],
  }),
  [types.setting]: async () => ({ zoneId, settingId: "ssl", value: "strict" }),
  [types.tiered]: async () => ({ zoneId, value: "on" }),
  [types.dns]: async () => ({
    zoneId,
    name: "app.lavlay.localhost",
    type: "CNAME",
    content: "x.dev",
    ttl: 1,
  }),
  [types.token]: async () => ({
    accountId,
    name: "upload",
    policies: [
      {
        effect: "allow",
        permissionGroups: [{ id: "2efd5506f9c8494dacb1fa10a3e7d5b6" }],
        resources: '{"a":"*"}',
      },
    ],
  }),
  [types.project]: async () => projectInputs,
  [types.settings]: async () => ({
    projectRef: (await project()).id,
    auth: '{"jwt_exp": 3600}',
    sslEnforcement: true,
  }),
  [types.fn]: async () => ({
    projectRef: (await project()).id,
    slug: "upload",
    entrypoint: program("upload.js", "export {}"),
  }),
  [types.secrets]: async () => ({ projectRef: (await project()).id, secrets: [{ name: "A", value: "b" }] }),
  [types.web]: async () => ({ name: "lavlay" }),
  [types.webDomain]: async () => ({ projectId: (await web()).id, domain: "app.lavlay.localhost" }),
  [types.variable]: async () => ({
    projectId: (await web()).id,
    key: "A",
    value: "b",
    targets: ["production"],
    sensitive: false,
  }),
  [types.deployment]: async () => {
    const path = program("index.html", "<h1>LavLay</h1>");
    const sha = createHash("sha1").update("<h1>LavLay</h1>").digest("hex");
    return { projectId: (await web()).id, production: true, files: { [path]: `15~${sha}` } };
  },
  [types.command]: async () => ({ create: "echo made", environment: { A: "b" } }),
  "cloudflare:index/healthcheck:Healthcheck": async () => ({
    zoneId,
    name: "api",
    address: "lavlay.localhost",
    httpConfig: { method: "GET", path: "/", port: 4700, expectedCodes: ["200"] },
  }),
  "cloudflare:index/loadBalancer:LoadBalancer": async () => ({
    zoneId,
    name: "api.lavlay.localhost",
    description: "what is asked for goes before the vendor's defaults",
    defaultPools: ["a"],
    fallbackPool: "a",
    rules: [{ name: "one", condition: "true", overrides: { defaultPools: ["b"] } }],
  }),
  "cloudflare:index/loadBalancerPool:LoadBalancerPool": async () => ({
    accountId,
    name: "a",
    origins: [{ name: "a", address: "127.0.0.1", port: 4701, enabled: true }],
  }),
  "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor": async () => ({
    accountId,
    path: "/auth/v1/health",
    method: "HEAD",
    expectedCodes: "200",
  }),
  "upstash:index/redisDatabase:RedisDatabase": async () => ({
    databaseName: "lavlay",
    region: "global",
    primaryRegion: "eu-west-1",
    tls: true,
  }),
  "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks": async () => ({
    accountId,
    name: "ops",
    url: "https://hooks.lavlay.com",
    secret: "a secret",
  }),
  "cloudflare:index/notificationPolicy:NotificationPolicy": async () => ({
    accountId,
    name: "incident",
    alertType: "incident_alert",
    mechanisms: { emails: [{ id: "ops@lavlay.com" }] },
  }),
  "sentry:index/sentryTeam:SentryTeam": async () => ({ organization: "lavlay", name: "Web", slug: "web" }),
  "sentry:index/sentryProject:SentryProject": async () => ({
    organization: "lavlay",
    name: "Web",
    slug: "web",
    teams: ["web"],
  }),
  "sentry:index/sentryKey:SentryKey": async () => ({ ...(await sentry()), name: "web" }),
  "sentry:index/sentryIssueAlert:SentryIssueAlert": async () => ({
    ...(await sentry()),
    name: "New",
    actionMatch: "any",
    filterMatch: "all",
    frequency: 60,
    conditions: [{ id: "sentry.rules.conditions.first_seen_event.FirstSeenEventCondition" }],
    actions: [{ id: "sentry.mail.actions.NotifyEmailAction", targetType: "Team", targetIdentifier: "1" }],
  }),
  "sentry:index/sentryMetricAlert:SentryMetricAlert": async () => ({
    ...(await sentry()),
    name: "Slow",
    dataset: "events_analytics_platform",
    query: "",
    aggregate: "p75(measurements.lcp)",
    timeWindow: 60,
    thresholdType: 0,
    triggers: [{ label: "critical", alertThreshold: 2000, thresholdType: 0, actions: [] }],
  }),
};

describe.each(Object.entries(examples))("%s", (type, make) => {
  test("made once, unchanged the second time, seen by a refresh, gone at the end", async () => {
    const inputs = await make();
    const before = readFileSync(join(local.directory, "state.json"), "utf8");
    const it = await providers.resource(type).create(inputs);
    expect(it.id).not.toBe("");
    for (const name of catalogEntry(type)!.requiredOutputs) expect(it.outputs, name).toHaveProperty(name);
    expect(hasUnknown(it.outputs)).toBe(false);
    expect(await it.diff(inputs)).toMatchObject({ changed: false, paths: [] });

    const seen = await it.read();
    expect(seen?.inputs).toEqual(it.inputs);
    expect(seen?.outputs).toEqual(it.outputs);

    await it.delete();
    await it.delete();
    // A zone has all of its settings, whoever sets them; of a command nothing is to be seen.
    if (type !== types.command && type !== types.setting) expect(await it.read()).toBeUndefined();
    expect(JSON.parse(readFileSync(join(local.directory, "state.json"), "utf8"))).toEqual({
      ...emptied(JSON.parse(readFileSync(join(local.directory, "state.json"), "utf8"))),
      ...JSON.parse(before),
    });
  });

  test("an interrupted creation finds its own again", async () => {
    const inputs = await make();
    const first = await providers.resource(type).create(inputs);
    const kept = JSON.parse(readFileSync(join(local.directory, "state.json"), "utf8")) as Record<
      string,
      object
    >;
    const second = await providers.resource(type).create(inputs);
    if (type !== types.command) expect(second.id).toBe(first.id);
    const now = JSON.parse(readFileSync(join(local.directory, "state.json"), "utf8")) as Record<
      string,
      object
    >;
    for (const [collection, records] of Object.entries(kept)) {
      expect(Object.keys(now[collection] ?? {}), collection).toEqual(Object.keys(records));
    }
  });
});

/** Collections that were first used since stay, empty. */
function emptied(state: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.keys(state).map((name) => [name, {}]));
}

test("the examples hold every type that acts", () => {
  const recorded = catalogEntries().filter(({ token }) => !(token in examples));
  expect(recorded.map(({ token }) => token.split(":")[2])).toEqual([
    "R2ManagedDomain",
    "Branch",
    "Apikey",
    "ThirdPartyAuth",
  ]);
});

describe("Cloudflare", () => {
  test("a bucket's name replaces it, its location changes nothing", async () => {
    const it = await bucket();
    expect(await it.diff({ ...bucketInputs, name: "pictures" })).toMatchObject({
      paths: ["name"],
      replaces: ["name"],
    });
    expect(await it.diff({ ...bucketInputs, location: "apac" })).toMatchObject({ changed: false });
    expect(await it.diff({ ...bucketInputs, storageClass: "InfrequentAccess" })).toMatchObject({
      paths: ["storageClass"],
      replaces: [],
    });
  });

  test("a bucket that another resource has, and one that is not empty", async () => {
    const it = await bucket();
    await expect(bucket("other")).rejects.toThrow("already exists, and you own it. (code 10004)");
    local.objects.add(bucketKey);
    await expect(it.delete()).rejects.toThrow("is not empty");
    local.objects.clear();
    await it.delete();
    expect(local.calls).toEqual([`drop ${bucketKey}`]);
  });

  test("rules of a bucket that does not exist are refused", async () => {
    const cors = { ...onBucket, rules: [] };
    await expect(providers.resource(types.cors).create(cors)).rejects.toThrow("does not exist. (code 10006)");
  });

  test("a domain that another bucket has is refused", async () => {
    const inputs = await examples[types.domain]!();
    await providers.resource(types.domain, "one").create(inputs);
    await expect(providers.resource(types.domain, "two").create(inputs)).rejects.toThrow("already in use");
  });

  test("a second ruleset of the same phase is refused", async () => {
    const inputs = await examples[types.ruleset]!();
    await providers.resource(types.ruleset, "one").create(inputs);
    await expect(
      providers.resource(types.ruleset, "two").create({ ...inputs, name: "more" }),
    ).rejects.toThrow(/A similar configuration with rules already exists.*the ruleset "cache"/);
  });

  test("a rule keeps its id by its ref, and the version counts", async () => {
    const inputs = await examples[types.ruleset]!();
    const it = await providers.resource(types.ruleset).create(inputs);
    const [rule] = inputs["rules"] as Values[];
    const ids = () => Object.fromEntries((it.outputs["rules"] as Values[]).map(({ ref, id }) => [ref, id]));
    const before = ids();
    await it.update({ ...inputs, rules: [{ ...rule, ref: "b" }, rule] });
    expect(ids()["a"]).toBe(before["a"]);
    expect(it.outputs["version"]).toBe("2");
  });

  test("drift is seen and put right", async () => {
    const inputs = await examples[types.setting]!();
    const it = await providers.resource(types.setting).create(inputs);
    local.store
      .collection("zoneSettings")
      .put(`${zoneId}/ssl`, { urn: it.urn, zoneId, settingId: "ssl", value: "off" });
    const seen = (await it.read())!;
    expect(seen.inputs["value"]).toBe("off");
    Object.assign(it, seen);
    expect(await it.diff(inputs)).toMatchObject({ paths: ["value"], replaces: [] });
  });

  test("a renamed resource: with an alias it is the same one, without it the new one stays", async () => {
    const inputs = await examples[types.setting]!();
    const settings = () => local.store.collection("zoneSettings").list();
    const old = await providers.resource(types.setting, "old").create(inputs);
    const aliased = Object.assign(providers.resource(types.setting), old, {
      urn: urnOf(types.setting, "aliased"),
    });
    expect(await aliased.diff(inputs)).toMatchObject({ changed: false });

    await providers.resource(types.setting, "new").create(inputs);
    await aliased.delete();
    expect(settings()).toHaveLength(1);

    const added = Object.assign(providers.resource(types.setting, "new"), {
      id: "ssl",
      inputs,
      outputs: inputs,
    });
    await added.diff(inputs);
    await added.delete();
    expect(settings()).toEqual([]);

    const media = await bucket();
    Object.assign(media, { urn: urnOf(types.bucket, "aliased") });
    await media.diff(bucketInputs);
    await media.update({ ...bucketInputs, storageClass: "InfrequentAccess" });
    await media.delete();
    expect(local.store.collection("r2Buckets").list()).toEqual([]);
  });

  test("a record that exists already is refused", async () => {
    const inputs = await examples[types.dns]!();
    await providers.resource(types.dns, "one").create(inputs);
    await expect(providers.resource(types.dns, "two").create(inputs)).rejects.toThrow("(code 81058)");
    const other = { ...inputs, type: "A", content: "127.0.0.1" };
    await expect(providers.resource(types.dns, "two").create(other)).rejects.toThrow("(code 81053)");
  });

  test("permission groups are found by name; a token with another one is refused", async () => {
    const token =
      "cloudflare:index/getAccountApiTokenPermissionGroupsList:getAccountApiTokenPermissionGroupsList";
    const { values } = await invoke(token, { accountId, name: "Workers R2 Storage Bucket Item Write" });
    expect(values["results"]).toMatchObject([{ id: "2efd5506f9c8494dacb1fa10a3e7d5b6" }]);
    expect((await invoke(token, { name: "DNS Write" })).values["results"]).toEqual([]);
    const inputs = await examples[types.token]!();
    const policies = [{ effect: "allow", permissionGroups: [{ id: "f".repeat(32) }], resources: "{}" }];
    await expect(providers.resource(types.token).create({ ...inputs, policies })).rejects.toThrow(
      "does not exist",
    );
  });

  test("a token keeps its value when it is renamed, and is made anew when it is replaced", async () => {
    const inputs = await examples[types.token]!();
    const it = await providers.resource(types.token).create(inputs);
    const { value } = it.outputs;
    await it.diff({ ...inputs, name: "renamed" });
    await it.update({ ...inputs, name: "renamed" });
    expect(it.outputs["value"]).toBe(value);
    const replacement = await providers.resource(types.token).create(inputs);
    expect(replacement.id).not.toBe(it.id);
  });
});

describe("Supabase", () => {
  test("a project starts and ends what runs it, and takes along what belongs to it", async () => {
    const it = await project();
    expect(it.id).toMatch(/^[a-z]{20}$/);
    await providers.resource(types.settings).create({ projectRef: it.id, auth: "{}" });
    await it.update({ ...projectInputs, databasePassword: "another one" });
    await it.delete();
    expect(local.calls).toEqual([`create ${it.id}`, `update ${it.id}`, `delete ${it.id}`]);
    expect(local.store.collection("projectSettings").list()).toEqual([]);
  });

  test("moving it fails at apply, and a second one is refused", async () => {
    const it = await project();
    await expect(it.update({ ...projectInputs, region: "us-east-1" })).rejects.toThrow(
      "region is eu-west-1 and cannot be changed to us-east-1",
    );
    await expect(providers.resource(types.project, "other").create(projectInputs)).rejects.toThrow(
      "the local target runs one project",
    );
  });

  test("settings reach the store as objects", async () => {
    const { id } = await project();
    await providers.resource(types.settings).create({ projectRef: id, auth: '{"jwt_exp": 60}' });
    expect(local.store.collection("projectSettings").get(id)).toMatchObject({ auth: { jwt_exp: 60 } });
  });

  test("a changed file deploys that function again, and the platform's JWT check is on again", async () => {
    const inputs = await examples[types.fn]!();
    const it = await providers.resource(types.fn, "upload").create(inputs);
    const record = () => local.store.collection("edgeFunctions").get(it.id)!;
    const bundles = join(local.context.hooks.functionsDirectory, "upload");
    expect(readFileSync(join(bundles, `${String(it.outputs["checksum"])}.js`), "utf8")).toBe("export {}");
    local.store.collection("edgeFunctions").put(it.id, { ...record(), verifyJwt: false });

    program("upload.js", "export { changed }");
    expect(await it.diff(inputs)).toMatchObject({ paths: ["localChecksum"], replaces: [] });
    await it.update(inputs);
    expect(record()).toMatchObject({ version: 2, verifyJwt: true, checksum: it.outputs["localChecksum"] });
    expect(await it.diff(inputs)).toMatchObject({ changed: false });
    await it.delete();
    expect(existsSync(bundles)).toBe(false);
  });

  test("keys and pooler", async () => {
    const { id } = await project();
    const keys = await invoke("supabase:index/getApikeys:getApikeys", { projectRef: id });
    expect(keys.values).toMatchObject({
      publishableKey: "sb_publishable_x",
      secretKeys: [{ apiKey: "sb_secret_x" }],
    });
    expect([...keys.secrets].sort()).toEqual(["anonKey", "publishableKey", "secretKeys", "serviceRoleKey"]);
    const pooler = await invoke("supabase:index/getPooler:getPooler", { projectRef: id });
    expect(pooler.values["url"]).toEqual({
      transaction: "postgresql://postgres:[YOUR-PASSWORD]@127.0.0.1:5432/postgres",
    });
    await expect(invoke("supabase:index/getPooler:getPooler", { projectRef: "none" })).rejects.toThrow(
      "not found",
    );
  });
});

describe("Sentry", () => {
  test("a project in another organisation is another, whatever its slug", async () => {
    const type = "sentry:index/sentryProject:SentryProject";
    const inputs = { organization: "lavlay", name: "Web", slug: "web", teams: ["web"] };
    const before = await providers.resource(type, "before").create(inputs);
    const after = await providers.resource(type, "after").create({ ...inputs, organization: "acme" });
    await before.delete();
    expect(await before.read()).toBeUndefined();
    expect(await after.read()).toMatchObject({ outputs: { organization: "acme", slug: "web" } });
  });

  test("a key of a project that is not there is refused", async () => {
    const key = providers.resource("sentry:index/sentryKey:SentryKey");
    await expect(key.create({ organization: "lavlay", project: "web", name: "web" })).rejects.toThrow(
      'project not found "web"',
    );
  });
});

describe("Vercel", () => {
  test("a folder is listed by content and deployed file by file", async () => {
    mkdirSync(join(local.projectRoot, "dist/assets"), { recursive: true });
    mkdirSync(join(local.projectRoot, "dist/node_modules"));
    for (const file of ["index.html", "assets/app.js", ".env.local", "node_modules/left-out.js"]) {
      program(`dist/${file}`, file);
    }
    const { values } = await invoke("vercel:index/getProjectDirectory:getProjectDirectory", { path: "dist" });
    const sha = (text: string) => createHash("sha1").update(text).digest("hex");
    expect(values["files"]).toEqual({
      "dist/assets/app.js": `13~${sha("assets/app.js")}`,
      "dist/index.html": `10~${sha("index.html")}`,
    });

    const projectId = (await web()).id;
    const inputs = { projectId, production: true, files: values["files"], pathPrefix: "dist" };
    const it = await providers.resource(types.deployment).create(inputs);
    expect(local.store.collection("deployments").get(it.id)?.files).toEqual({
      "assets/app.js": sha("assets/app.js"),
      "index.html": sha("index.html"),
    });
    program("dist/index.html", "changed");
    const changed = await invoke("vercel:index/getProjectDirectory:getProjectDirectory", { path: "dist" });
    expect(await it.diff({ ...inputs, files: changed.values["files"] })).toMatchObject({
      paths: ['files["dist/index.html"]'],
      replaces: ["files"],
    });
    await it.delete();
    expect(readdirSync(local.context.hooks.hostingDirectory)).toEqual([]);
  });

  test("a file that changed since it was listed is refused", async () => {
    const inputs = await examples[types.deployment]!();
    program("index.html", "changed");
    await expect(providers.resource(types.deployment).create(inputs)).rejects.toThrow("has changed since");
  });

  test("a variable of the same name and target is refused, also to its own replacement", async () => {
    const inputs = await examples[types.variable]!();
    const it = await providers.resource(types.variable).create(inputs);
    await it.diff({ ...inputs, sensitive: true });
    await expect(providers.resource(types.variable).create(inputs)).rejects.toThrow("ENV_ALREADY_EXISTS");
    await providers.resource(types.variable, "preview").create({ ...inputs, targets: ["preview"] });
  });

  test("a project's name and a domain belong to one", async () => {
    await web();
    await expect(providers.resource(types.web, "two").create({ name: "lavlay" })).rejects.toThrow(
      "already exists",
    );
    const domain = {
      projectId: local.store.collection("webProjects").list()[0]!.id,
      domain: "app.lavlay.localhost",
    };
    await providers.resource(types.webDomain, "one").create(domain);
    await expect(providers.resource(types.webDomain, "two").create(domain)).rejects.toThrow(
      "already in use by project lavlay",
    );
  });
});

describe("command", () => {
  const run = (inputs: Values) => providers.resource(types.command).create(inputs);

  test("runs in its folder, by its interpreter, with its environment and input", async () => {
    mkdirSync(join(local.projectRoot, "sub"));
    const it = await run({
      create:
        'console.log(process.env.A, process.cwd().split("/").pop()); process.stdin.pipe(process.stderr)',
      interpreter: [process.execPath, "-e"],
      dir: "sub",
      environment: { A: "b" },
      stdin: "given",
    });
    expect(it.outputs).toMatchObject({ stdout: "b sub", stderr: "given" });
  });

  test("triggers replace; an update runs `update` or `create` again, with the last output", async () => {
    const inputs = { create: "echo first", triggers: ["a"] };
    const it = await run(inputs);
    expect(await it.diff({ ...inputs, triggers: ["b"] })).toMatchObject({
      paths: ["triggers[0]"],
      replaces: ["triggers"],
    });
    await it.update({ ...inputs, update: 'echo "after $PULUMI_COMMAND_STDOUT"' });
    expect(it.outputs["stdout"]).toBe("after first");
    await it.update({ ...inputs, create: "echo second" });
    expect(it.outputs["stdout"]).toBe("second");
  });

  test("`delete` runs at the end", async () => {
    const it = await run({ create: "echo first", delete: 'echo "$PULUMI_COMMAND_STDOUT" > deleted' });
    await it.delete();
    expect(readFileSync(join(local.projectRoot, "deleted"), "utf8")).toBe("first\n");
  });

  test("a failure tells the output with what it was given masked", async () => {
    const environment = { DATABASE_URL: "postgres://me:p%40ssword@host/db" };
    const failing = run({
      create: 'echo "$DATABASE_URL"; echo "p@ssword is wrong" >&2; exit 3',
      environment,
    });
    await expect(failing).rejects.toThrow(
      /^exit status 3: running "echo .*:\n\[secret\]\n\[secret\] is wrong$/s,
    );
  });

  test("a command that cannot start", async () => {
    await expect(run({ create: "true", interpreter: ["/does/not/exist"] })).rejects.toThrow("ENOENT");
  });

  test("a function runs too", async () => {
    const { values } = await invoke("command:local:run", { command: "echo hello" });
    expect(values).toMatchObject({ stdout: "hello", stderr: "" });
  });

  test("commands that still run end with the providers", async () => {
    const running: Promise<TestResource> = run({ create: "echo $$ > pid; exec sleep 1000" });
    running.catch(() => {});
    const file = join(local.projectRoot, "pid");
    await expect.poll(() => existsSync(file) && readFileSync(file, "utf8")).toMatch(/\d\n/);
    const pid = readFileSync(file, "utf8").trim();
    await providers.close();
    const isRunning = () =>
      execFileSync("sh", ["-c", `kill -0 ${pid} 2>/dev/null && echo yes || echo no`]).toString();
    await expect.poll(isRunning).toBe("no\n");
  });
});

test("a URN's parents are no part of its type", () => {
  expect(urnOf(types.bucket, "b")).toContain(`$${types.bucket}::b`);
});
