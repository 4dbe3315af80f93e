import { describe, expect, test } from "vitest";
import { catalogEntry } from "../catalog.ts";
import type { CloudflarePlan } from "../entitlements/cloudflare.ts";
import type { Problem } from "../problem.ts";
import { unknown } from "../unknown.ts";
import { checkResource, type RuleContext } from "./index.ts";

const id = "0".repeat(32);
const onPlan = (plan: CloudflarePlan): RuleContext => ({
  zonePlan: () => plan,
  accountPlan: plan,
  supabasePlan: "free",
});

function check(token: string, inputs: Record<string, unknown>, context = onPlan("free")): Problem[] {
  return checkResource(catalogEntry(token)!, inputs, context);
}

/** The one problem that was found. */
function only(token: string, inputs: Record<string, unknown>, context?: RuleContext): Problem {
  const problems = check(token, inputs, context);
  expect(problems).toHaveLength(1);
  return problems[0]!;
}

describe("R2", () => {
  const bucket = "cloudflare:index/r2Bucket:R2Bucket";

  test.each(["ab", "Media", "-media", "media-", "me_dia", "a".repeat(64), "me.dia"])(
    "bucket name %s",
    (name) => {
      expect(only(bucket, { accountId: id, name })).toEqual({
        key: "name",
        value: JSON.stringify(name),
        limit:
          "a bucket's name is 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end",
        fix: "Rename it",
        see: "https://developers.cloudflare.com/r2/buckets/create-buckets/#bucket-level-operations",
      });
    },
  );

  test("a malformed account id", () => {
    expect(only(bucket, { accountId: "my-account", name: "media" })).toMatchObject({
      key: "accountId",
      value: '"my-account"',
      limit: "a Cloudflare account id is 32 hexadecimal digits",
      fix: "Copy the account id from the dashboard",
    });
  });

  test("what only the apply will tell is passed over", () => {
    expect(check(bucket, { accountId: unknown, name: unknown })).toEqual([]);
  });

  const cors = (origins: string[], maxAgeSeconds = 60) =>
    check("cloudflare:index/r2BucketCors:R2BucketCors", {
      accountId: id,
      bucketName: "media",
      rules: [{ allowed: { methods: ["GET"], origins }, maxAgeSeconds }],
    });

  test("CORS origins", () => {
    expect(
      cors(["https://app.lavlay.com", "http://app.localhost:4700", "*", "https://*.lavlay.com"]),
    ).toEqual([]);
    const wrong = ["https://app.lavlay.com/", "app.lavlay.com", "https://app.lavlay.com/path", "null"];
    expect(cors(wrong).map(({ key, value }) => [key, value])).toEqual(
      wrong.map((origin, index) => [`rules[0].allowed.origins[${index}]`, origin]),
    );
  });

  test("CORS methods and age", () => {
    expect(cors(["*"], 86_401)).toMatchObject([{ key: "rules[0].maxAgeSeconds", value: "86401" }]);
  });

  test("lifecycle rules: ages and ids of their own", () => {
    const rule = (maxAge: number) => ({
      id: "abort",
      enabled: true,
      conditions: { prefix: "" },
      abortMultipartUploadsTransition: { condition: { type: "Age", maxAge } },
    });
    expect(
      check("cloudflare:index/r2BucketLifecycle:R2BucketLifecycle", {
        accountId: id,
        bucketName: "media",
        rules: [rule(86_400), rule(-1)],
      }),
    ).toMatchObject([
      { key: "rules[1].id", value: "abort" },
      { key: "rules[1].abortMultipartUploadsTransition.condition.maxAge", value: "-1 s" },
    ]);
  });
});

describe("rulesets", () => {
  const token = "cloudflare:index/ruleset:Ruleset";
  const base = { zoneId: id, name: "LavLay", kind: "zone" };
  const limited = {
    expression: 'starts_with(http.request.uri.path, "/")',
    action: "block",
    ratelimit: {
      characteristics: ["cf.colo.id", "ip.src"],
      period: 10,
      requestsPerPeriod: 50,
      mitigationTimeout: 10,
    },
  };
  const rateLimits = (rules: unknown[], plan?: CloudflarePlan) =>
    check(token, { ...base, phase: "http_ratelimit", rules }, onPlan(plan ?? "free"));
  const cached = (actionParameters: Record<string, unknown>, plan: CloudflarePlan = "free") =>
    check(
      token,
      {
        ...base,
        phase: "http_request_cache_settings",
        rules: [{ expression: "true", action: "set_cache_settings", actionParameters }],
      },
      onPlan(plan),
    );

  test.each([{ accountId: id }, { zoneId: undefined }])(
    "belongs to exactly one of zone and account: %j",
    (owner) => {
      expect(only(token, { ...base, phase: "http_ratelimit", rules: [], ...owner })).toMatchObject({
        key: "zoneId",
        limit: "a ruleset belongs to a zone or to an account, to exactly one of them",
      });
    },
  );

  test("a rate-limit rule within the plan is accepted", () => {
    expect(rateLimits([limited])).toEqual([]);
  });

  test("a second rate-limit rule on Cloudflare Free is refused, on Pro accepted", () => {
    expect(rateLimits([limited, limited])).toEqual([
      {
        key: "rules",
        value: "2 rules in the phase http_ratelimit",
        limit: "Cloudflare Free allows 1",
        fix: "Merge rules, or move the zone to a larger plan",
        see: "https://developers.cloudflare.com/ruleset-engine/rulesets-api/#limits",
      },
    ]);
    expect(rateLimits([limited, limited], "pro")).toEqual([]);
  });

  test.each([
    [{ period: 60 }, "rules[0].ratelimit.period", "Cloudflare Free counts over 10 s"],
    [
      { mitigationTimeout: 600 },
      "rules[0].ratelimit.mitigationTimeout",
      "Cloudflare Free holds off for 0, 10 s",
    ],
    [
      { characteristics: ["ip.src"] },
      "rules[0].ratelimit.characteristics",
      /cf\.colo\.id must be among them/,
    ],
    [
      { characteristics: ["cf.colo.id", "cf.unique_visitor_id"] },
      "rules[0].ratelimit.characteristics",
      "Cloudflare Free counts by cf.colo.id, ip.src",
    ],
    [{ countingExpression: "true" }, "rules[0].ratelimit.countingExpression", "Cloudflare Free has none"],
  ])("a rate limit beyond the plan: %j", (change, key, limit) => {
    const [problem, ...more] = rateLimits([{ ...limited, ratelimit: { ...limited.ratelimit, ...change } }]);
    expect(more).toEqual([]);
    expect(problem?.key).toBe(key);
    expect(problem?.limit).toMatch(limit);
  });

  test("fields and functions of the expression are checked", () => {
    expect(rateLimits([{ ...limited, expression: 'http.host eq "a"' }])).toMatchObject([
      { key: "rules[0].expression", value: "the field `http.host`" },
    ]);
    expect(rateLimits([{ ...limited, expression: 'begins_with(http.request.uri.path, "/")' }])).toMatchObject(
      [{ key: "rules[0].expression", value: /begins_with/ }],
    );
  });

  test("a challenge on Free needs no timeout, logging needs Enterprise, a response needs Pro", () => {
    expect(rateLimits([{ ...limited, action: "managed_challenge" }])).toMatchObject([
      { key: "rules[0].ratelimit.mitigationTimeout", value: "10" },
    ]);
    expect(rateLimits([{ ...limited, action: "log" }])).toMatchObject([{ key: "rules[0].action" }]);
    const response = { response: { content: "slow down", contentType: "text/plain", statusCode: 429 } };
    expect(rateLimits([{ ...limited, actionParameters: response }])).toMatchObject([
      { key: "rules[0].actionParameters.response" },
    ]);
    expect(rateLimits([{ ...limited, actionParameters: response }], "pro")).toEqual([]);
  });

  test("the edge TTL is at least the plan's", () => {
    const edgeTtl = { mode: "override_origin", default: 3600 };
    expect(cached({ cache: true, edgeTtl })).toEqual([
      {
        key: "rules[0].actionParameters.edgeTtl.default",
        value: "3600 s",
        limit: "Cloudflare Free keeps at the edge for at least 7200 s",
        fix: "Set it to 7200 or more",
        see: "https://developers.cloudflare.com/cache/how-to/cache-rules/settings/",
      },
    ]);
    expect(cached({ cache: true, edgeTtl }, "pro")).toEqual([]);
    expect(cached({ cache: true, edgeTtl: { mode: "override_origin" } })).toMatchObject([
      { value: "missing" },
    ]);
  });

  test("cache keys: the whole query string may be left out on every plan, more needs Enterprise", () => {
    const queryString = (value: unknown) => ({
      cache: true,
      cacheKey: { customKey: { queryString: value } },
    });
    expect(cached(queryString({ exclude: { all: true } }))).toEqual([]);
    expect(cached(queryString({ include: { lists: ["v"] } }))).toMatchObject([
      {
        key: "rules[0].actionParameters.cacheKey.customKey.queryString.include",
        limit: "it needs Cloudflare Enterprise",
      },
    ]);
    expect(cached(queryString({ include: { lists: ["v"] } }), "enterprise")).toEqual([]);
  });

  test("an eleventh cache rule on Free, a rule of another phase, a ref used twice", () => {
    const rule = { expression: "true", action: "set_cache_settings", actionParameters: { cache: true } };
    const phase = "http_request_cache_settings";
    expect(only(token, { ...base, phase, rules: Array.from({ length: 11 }, () => rule) })).toMatchObject({
      value: "11 rules in the phase http_request_cache_settings",
      limit: "Cloudflare Free allows 10",
    });
    expect(only(token, { ...base, phase: "http_request_transform", rules: [rule] })).toMatchObject({
      key: "rules[0].action",
    });
    expect(
      only(token, {
        ...base,
        phase,
        rules: [
          { ...rule, ref: "a" },
          { ...rule, ref: "a" },
        ],
      }),
    ).toMatchObject({
      key: "rules[1].ref",
    });
  });
});

describe("zones", () => {
  const setting = (settingId: string, value: unknown) =>
    check("cloudflare:index/zoneSetting:ZoneSetting", { zoneId: id, settingId, value });

  test("settings by id and value", () => {
    expect(setting("min_tls_version", "1.2")).toEqual([]);
    expect(setting("min_tls_version", unknown)).toEqual([]);
    expect(setting("min_tls_version", "1.4")).toMatchObject([
      { key: "value", value: '"1.4"', limit: "min_tls_version may be 1.0, 1.1, 1.2, 1.3" },
    ]);
    expect(setting("min_tls_versoin", "1.2")).toMatchObject([
      { key: "settingId", value: "min_tls_versoin", fix: "Did you mean min_tls_version?" },
    ]);
    expect(setting("polish", "lossy")).toMatchObject([
      { key: "settingId", limit: "it needs Cloudflare Pro, the zone is on Cloudflare Free" },
    ]);
  });

  const record = (change: Record<string, unknown>) =>
    check("cloudflare:index/dnsRecord:DnsRecord", {
      zoneId: id,
      name: "app.lavlay.com",
      type: "CNAME",
      content: "cname.vercel-dns.com",
      ttl: 1,
      ...change,
    });

  test.each([
    [{ type: "A" }, "content"],
    [{ type: "AAAA", content: "127.0.0.1" }, "content"],
    [{ content: "https://cname.vercel-dns.com" }, "content"],
    [{ content: undefined }, "content"],
    [{ ttl: 5 }, "ttl"],
    [{ ttl: 300, proxied: true }, "ttl"],
  ])("a record with %j is refused", (change, key) => {
    expect(record({})).toEqual([]);
    expect(record(change)).toMatchObject([{ key }]);
  });

  test("Free has no health checks and sends no webhooks", () => {
    const healthcheck = { zoneId: id, name: "api", address: "api.lavlay.com" };
    expect(only("cloudflare:index/healthcheck:Healthcheck", healthcheck)).toMatchObject({
      limit: "Cloudflare Free has no health checks",
    });
    expect(check("cloudflare:index/healthcheck:Healthcheck", healthcheck, onPlan("pro"))).toEqual([]);
    expect(
      only("cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks", {
        accountId: id,
        name: "chat",
        url: "https://chat.example",
      }),
    ).toMatchObject({ key: "url", limit: "Cloudflare Free sends notifications by e-mail only" });
  });

  test("an alert goes by the plan; of one that no plan is known for, nothing is said", () => {
    const token = "cloudflare:index/notificationPolicy:NotificationPolicy";
    const policy = (alertType: string) => ({
      accountId: id,
      name: "alert",
      alertType,
      mechanisms: { emails: [{ id: "ops@lavlay.com" }] },
    });
    expect(only(token, policy("health_check_status_notification"))).toMatchObject({
      key: "alertType",
      limit: "Cloudflare Free does not have that alert",
      fix: "Leave it out, or move a zone to Cloudflare Pro",
    });
    expect(check(token, policy("health_check_status_notification"), onPlan("pro"))).toEqual([]);
    expect(check(token, policy("dos_attack_l7"))).toEqual([]);
    expect(check(token, policy("tunnel_health_event"))).toEqual([]);
  });

  test("origins are not asked more often than the plan allows", () => {
    const token = "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor";
    const monitor = { accountId: id, interval: 10 };
    expect(only(token, monitor)).toMatchObject({ key: "interval", limit: expect.stringContaining("15 s") });
    expect(check(token, monitor, onPlan("enterprise"))).toEqual([]);
  });

  test("a token's resources are JSON", () => {
    const policies = [{ effect: "allow", permissionGroups: [{ id }], resources: "com.cloudflare" }];
    expect(
      only("cloudflare:index/accountToken:AccountToken", { accountId: id, name: "t", policies }),
    ).toMatchObject({ key: "policies[0].resources", limit: "it must be JSON" });
  });
});

describe("Supabase", () => {
  const settings = (inputs: Record<string, unknown>) =>
    check("supabase:index/settings:Settings", { projectRef: "ref", ...inputs });

  test("settings hold known keys only, as a JSON object", () => {
    expect(
      settings({
        auth: JSON.stringify({ site_url: "https://app.lavlay.com" }),
        storage: JSON.stringify({ features: { s3Protocol: { enabled: false } } }),
      }),
    ).toEqual([]);
    expect(settings({ auth: JSON.stringify({ sit_url: "https://app.lavlay.com" }) })).toMatchObject([
      { key: "auth.sit_url", fix: "Did you mean site_url?" },
    ]);
    expect(settings({ storage: JSON.stringify({ features: { imageTransform: {} } }) })).toMatchObject([
      { key: "storage.features.imageTransform" },
    ]);
    expect(settings({ api: "{max_rows: 10}", network: "[]" })).toMatchObject([
      { key: "api", limit: "it must be a JSON object" },
      { key: "network", value: "a list" },
    ]);
  });

  test("the size of a project on Free may not be named", () => {
    const project = {
      databasePassword: "long enough",
      organizationId: "o",
      region: "r",
      instanceSize: "small",
    };
    expect(only("supabase:index/project:Project", project)).toMatchObject({
      key: "instanceSize",
      value: "small",
      fix: "Leave it out, or move the organisation to Supabase Pro",
    });
    expect(check("supabase:index/project:Project", project, { supabasePlan: "pro" })).toEqual([]);
    expect(check("supabase:index/project:Project", project, {})).toEqual([]);
  });

  test("function secrets: names and sizes, never values", () => {
    const problems = check("supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets", {
      projectRef: "ref",
      secrets: [
        { name: "SUPABASE_URL", value: "hidden" },
        { name: "1ST", value: "hidden" },
        { name: "TWICE", value: "hidden" },
        { name: "TWICE", value: "x".repeat(48 * 1024 + 1) },
      ],
    });
    expect(problems.map(({ key, value }) => `${key}: ${value}`)).toEqual([
      "secrets[0].name: SUPABASE_URL",
      "secrets[1].name: 1ST",
      "secrets[3].name: TWICE",
      "secrets[3].value: [secret] of 49153 bytes",
    ]);
  });

  test("a slug, a branch on Free, issuers", () => {
    expect(
      only("supabase:index/edgeFunction:EdgeFunction", {
        projectRef: "r",
        slug: "../up",
        entrypoint: "a.ts",
      }),
    ).toMatchObject({ key: "slug", value: '"../up"' });
    expect(only("supabase:index/branch:Branch", { parentProjectRef: "r", gitBranch: "main" })).toMatchObject({
      limit: "Supabase Free has no branching",
    });
    const auth = "supabase:index/thirdPartyAuth:ThirdPartyAuth";
    expect(only(auth, { projectRef: "r" })).toMatchObject({ value: "missing" });
    expect(only(auth, { projectRef: "r", jwksUrl: "u", customJwks: "{}" })).toMatchObject({
      key: "customJwks",
    });
  });
});

describe("Vercel", () => {
  const project = "vercel:index/project:Project";

  test.each([
    [{ framework: "vit" }, "framework", "Did you mean vite?"],
    [{ serverlessFunctionRegion: "fra2" }, "serverlessFunctionRegion", "Did you mean fra1?"],
    [
      { resourceConfig: { functionDefaultRegions: ["frankfurt"] } },
      "resourceConfig.functionDefaultRegions[0]",
      /one of/,
    ],
    [{ nodeVersion: "21.x" }, "nodeVersion", /./],
    [{ name: "Lav Lay" }, "name", "Correct it"],
    [{ name: "a".repeat(53) }, "name", "Shorten it"],
  ])("a project with %j is refused", (inputs, key, fix) => {
    const problem = only(project, { name: "lavlay", ...inputs });
    expect(problem.key).toBe(key);
    expect(problem.fix).toMatch(fix);
  });

  const variable = (change: Record<string, unknown>) =>
    check("vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", {
      projectId: "prj",
      key: "VITE_URL",
      value: "v",
      targets: ["production"],
      sensitive: false,
      ...change,
    });

  test.each([
    [{ targets: ["development"], sensitive: true }, "sensitive"],
    [{ targets: ["staging"] }, "targets[0]"],
    [{ targets: undefined }, "targets"],
    [{ value: undefined }, "value"],
    [{ valueWo: "w" }, "valueWo"],
    [{ key: "VITE-URL" }, "key"],
    [{ sensitive: undefined }, "sensitive"],
  ])("a variable with %j is refused", (change, key) => {
    expect(variable({})).toEqual([]);
    expect(variable(change)).toMatchObject([{ key }]);
  });

  test("a deployment needs files or a ref, and one of them", () => {
    const token = "vercel:index/deployment:Deployment";
    expect(only(token, { projectId: "prj" })).toMatchObject({ key: "files" });
    expect(only(token, { projectId: "prj", files: {} })).toMatchObject({ key: "files", value: "0 items" });
    expect(only(token, { projectId: "prj", files: { a: "1~b" }, ref: "main" })).toMatchObject({ key: "ref" });
  });
});
