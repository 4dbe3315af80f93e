import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogEntries } from "../../catalog/catalog.ts";
import { unknown } from "../../catalog/unknown.ts";
import { testSettings } from "../settings/testing.ts";
import { resourcePolicies, stackPolicies, violationsOf } from "./policies.ts";
import { secret, type PolicyResource } from "./policy.ts";

const cloudflare = (name: string) => `cloudflare:index/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;
const supabase = (name: string) => `supabase:index/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;

let count = 0;
function resource(type: string, props: Record<string, unknown>, protect = true): PolicyResource {
  const name = `r${++count}`;
  return { type, name, urn: `urn:pulumi:prod::lavlay::${type}::${name}`, props, protect };
}
const cloud = testSettings();
const local = testSettings({ target: "local" });

/** The messages of one policy. */
function broken(policy: string, resources: PolicyResource[], context = cloud): string[] {
  return violationsOf(resources, context)
    .filter((violation) => violation.policy === policy)
    .map(({ message }) => message);
}

const zone = "b".repeat(32);
const rule = (ref: string, more: object = {}) => ({
  ref,
  expression: '(starts_with(http.request.uri.path, "/"))',
  action: "block",
  ratelimit: {
    characteristics: ["cf.colo.id", "ip.src"],
    period: 10,
    requestsPerPeriod: 100,
    mitigationTimeout: 10,
  },
  ...more,
});
const ruleset = (more: Record<string, unknown> = {}) =>
  resource(cloudflare("Ruleset"), {
    zoneId: zone,
    name: "limits",
    kind: "zone",
    phase: "http_ratelimit",
    rules: [rule("a")],
    ...more,
  });
const cors = (...origins: unknown[]) =>
  resource(cloudflare("R2BucketCors"), {
    accountId: "a".repeat(32),
    bucketName: "media",
    rules: [{ allowed: { methods: ["GET"], origins } }],
  });
const functionSecrets = (...secrets: object[]) =>
  resource(supabase("EdgeFunctionSecrets"), { projectRef: "ref", secrets });
const settings = (more: Record<string, unknown>) =>
  resource(supabase("Settings"), { projectRef: "ref", sslEnforcement: true, ...more });
const command = (environment: Record<string, unknown>) =>
  resource("command:local:Command", { create: "true", environment });

describe.each<
  [policy: string, passes: PolicyResource[], fails: PolicyResource[], messages: (string | RegExp)[]]
>([
  [
    "production-data-is-protected",
    [resource(cloudflare("R2Bucket"), {}), resource(cloudflare("TieredCache"), {}, false)],
    [resource(cloudflare("R2Bucket"), {}, false), resource(supabase("Project"), {}, false)],
    [/every file that people have uploaded/, /the database and all accounts/],
  ],
  [
    "no-wildcard-origin",
    [
      cors("https://app.lavlay.com"),
      functionSecrets({ name: "ALLOWED_ORIGINS", value: "https://app.lavlay.com" }),
      settings({ auth: JSON.stringify({ uri_allow_list: "https://app.lavlay.com/**" }) }),
    ],
    [
      cors("*", "https://app.lavlay.com", "https://*"),
      functionSecrets({ name: "ALLOWED_ORIGINS", value: "https://a.b, *" }),
      settings({ auth: JSON.stringify({ uri_allow_list: "**,https://*.com/**" }) }),
    ],
    [
      /^rules\[0\].allowed.origins: \*,/,
      /https:\/\/\*,/,
      /^ALLOWED_ORIGINS: \*,/,
      /uri_allow_list: \*\*,/,
      /\*\.com/,
    ],
  ],
  [
    "secrets-are-secret",
    [
      functionSecrets({ name: "R2_SECRET_ACCESS_KEY", value: secret }),
      command({ DATABASE_URL: secret, NODE_ENV: "production" }),
      resource(supabase("Project"), { databasePassword: secret }),
    ],
    [
      functionSecrets({ name: "A", value: secret }, { name: "B", value: "plain" }),
      command({ DATABASE_URL: "postgresql://a:b@c/d", URL: "https://user:pass@host/" }),
      resource(supabase("Project"), { databasePassword: "hunter2" }),
    ],
    [/^secrets\[1\].value:/, /^environment.DATABASE_URL:/, /^environment.URL:/, /^databasePassword:/],
  ],
  [
    "within-plan-limits",
    [ruleset()],
    [ruleset({ rules: [rule("a"), rule("b"), rule("c", { expression: 'http.host eq "x"' })] })],
    [/Cloudflare Free allows 1/, /http\.host/],
  ],
  [
    "tls-1-2-and-up",
    [
      resource(cloudflare("ZoneSetting"), { settingId: "min_tls_version", value: "1.3" }),
      resource(cloudflare("ZoneSetting"), { settingId: "brotli", value: "off" }),
      resource(cloudflare("R2CustomDomain"), { minTls: "1.2" }),
      settings({}),
    ],
    [
      resource(cloudflare("ZoneSetting"), { settingId: "min_tls_version", value: "1.0" }),
      resource(cloudflare("ZoneSetting"), { settingId: "ssl", value: "flexible" }),
      resource(cloudflare("R2CustomDomain"), { minTls: undefined }),
      settings({ sslEnforcement: false }),
    ],
    [/^min_tls_version: 1.0/, /^ssl: flexible/, /^minTls: 1.0/, /^sslEnforcement: false/],
  ],
  [
    "no-public-r2-dev",
    [resource(cloudflare("R2ManagedDomain"), { enabled: false })],
    [resource(cloudflare("R2ManagedDomain"), { enabled: true })],
    [/goes around the cache/],
  ],
  [
    "one-ruleset-per-phase",
    [
      ruleset(),
      ruleset({ zoneId: "c".repeat(32) }),
      ruleset({ phase: "http_request_cache_settings", rules: [] }),
    ],
    [ruleset(), ruleset(), ruleset()],
    [/has that phase of the zone already/, /has that phase of the zone already/],
  ],
])("%s", (policy, passes, fails, messages) => {
  it("passes", () => expect(broken(policy, passes)).toEqual([]));

  it("fails, with every violation", () => {
    expect(broken(policy, fails)).toEqual(messages.map((message) => expect.stringMatching(message)));
  });

  it("passes while nothing is known", () => {
    const hidden = [...passes, ...fails].map((one) => ({
      ...one,
      protect: true,
      props: Object.fromEntries(Object.keys(one.props).map((name) => [name, unknown])),
    }));
    expect(broken(policy, hidden)).toEqual([]);
  });
});

it("every policy has its tests", () => {
  expect([...resourcePolicies, ...stackPolicies].map(({ name }) => name).sort()).toEqual([
    "no-public-r2-dev",
    "no-wildcard-origin",
    "one-ruleset-per-phase",
    "production-data-is-protected",
    "secrets-are-secret",
    "tls-1-2-and-up",
    "within-plan-limits",
  ]);
});

it("what only clouds need is not asked of the local target", () => {
  const resources = [
    resource(cloudflare("R2Bucket"), {}, false),
    resource(cloudflare("R2ManagedDomain"), { enabled: true }),
  ];
  expect(broken("production-data-is-protected", resources, local)).toEqual([]);
  expect(broken("no-public-r2-dev", resources, local)).toEqual([]);
});

it("a secret is never told", () => {
  const told = violationsOf([resource(supabase("Project"), { databasePassword: "hunter2" }, false)], cloud);
  expect(JSON.stringify(told)).not.toContain("hunter2");
});

it("no policy fails on any value, known or not, of any type", () => {
  const value = fc.letrec((again) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(unknown, secret, null, undefined, "*", "{", "[]", "on", 0, true),
      fc.string(),
      fc.array(again("any"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom("allowed", "origins", "name", "value", "ref", "rules", "ratelimit"),
        again("any"),
      ),
    ),
  })).any;
  const types = catalogEntries().map(({ token }) => token);
  const names = [
    "rules",
    "secrets",
    "auth",
    "environment",
    "phase",
    "zoneId",
    "settingId",
    "value",
    "minTls",
    "enabled",
  ];
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          type: fc.constantFrom(...types),
          props: fc.dictionary(fc.constantFrom(...names), value),
        }),
        {
          maxLength: 4,
        },
      ),
      (resources) => {
        violationsOf(
          resources.map(({ type, props }) => resource(type, props)),
          cloud,
        );
      },
    ),
    { numRuns: 300 },
  );
});
