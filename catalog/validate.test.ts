import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogEntries, catalogEntry, providerSchemas } from "./catalog.ts";
import { unknown } from "./unknown.ts";
import { validateInputs, validateProperties } from "./validate.ts";

const entry = (token: string) => {
  const found = catalogEntry(token);
  if (!found) throw new Error(token);
  return found;
};
const bucket = entry("cloudflare:index/r2Bucket:R2Bucket");
const ruleset = entry("cloudflare:index/ruleset:Ruleset");
const accountId = "0".repeat(32);

test("valid inputs have no problems", () => {
  expect(validateInputs(bucket, { accountId, name: "media", location: "weur" })).toEqual([]);
});

test("everything wrong is listed at once", () => {
  const problems = validateInputs(bucket, { name: 7, location: "weurope", storageclass: "Standard" });
  expect(problems).toEqual([
    { key: "name", value: "7", limit: "it must be a string", fix: "Give a string" },
    {
      key: "location",
      value: '"weurope"',
      limit: "allowed are apac, eeur, enam, weur, wnam, oc",
      fix: "Take one of them",
    },
    {
      key: "storageclass",
      value: "given",
      limit: "the provider knows no such property",
      fix: "Did you mean storageClass?",
    },
    { key: "accountId", value: "missing", limit: "it is required", fix: "Give accountId" },
  ]);
});

test.each([
  ["cloudflare:index/r2Bucket:R2Bucket", { accountId, name: "m", jurisdiction: "us" }, "jurisdiction"],
  [
    "cloudflare:index/r2CustomDomain:R2CustomDomain",
    { accountId, bucketName: "m", domain: "m.x", zoneId: accountId, enabled: true, minTls: "1.4" },
    "minTls",
  ],
  ["cloudflare:index/ruleset:Ruleset", { name: "n", kind: "zones", phase: "http_ratelimit" }, "kind"],
  ["cloudflare:index/ruleset:Ruleset", { name: "n", kind: "zone", phase: "http_cache" }, "phase"],
  ["cloudflare:index/dnsRecord:DnsRecord", { zoneId: accountId, name: "n", ttl: 1, type: "CNAM" }, "type"],
  [
    "cloudflare:index/notificationPolicy:NotificationPolicy",
    { accountId, name: "n", mechanisms: {}, alertType: "doom" },
    "alertType",
  ],
  [
    "supabase:index/project:Project",
    { databasePassword: "long enough", organizationId: "o", region: "r", instanceSize: "huge" },
    "instanceSize",
  ],
  ["vercel:index/project:Project", { nodeVersion: "16.x" }, "nodeVersion"],
  ["command:local:Command", { logging: "loud" }, "logging"],
])("%s refuses an enum's unknown value: %j", (token, inputs, key) => {
  expect(validateInputs(entry(token), inputs)).toMatchObject([{ key, limit: /^allowed are / }]);
});

describe("rules of a ruleset", () => {
  const withRule = (rule: Record<string, unknown>) =>
    validateInputs(ruleset, {
      zoneId: accountId,
      name: "n",
      kind: "zone",
      phase: "http_ratelimit",
      rules: [rule],
    });

  test("a rule without an expression is refused by its path", () => {
    expect(withRule({ action: "block" })).toMatchObject([{ key: "rules[0].expression", value: "missing" }]);
  });

  test("parameters of another action are refused", () => {
    expect(
      withRule({
        action: "block",
        expression: "true",
        actionParameters: { edgeTtl: { mode: "respect_origin" } },
      }),
    ).toEqual([
      {
        key: "rules[0].actionParameters.edgeTtl",
        value: "given under action block",
        limit: "it may stand only under action set_cache_settings",
        fix: "Set the rule's action to set_cache_settings, or leave it out",
      },
    ]);
  });

  test("a nested name that nobody knows is refused with what was meant", () => {
    expect(
      withRule({
        action: "block",
        expression: "true",
        ratelimit: { characteristics: ["ip.src"], periods: 10 },
      }),
    ).toMatchObject([
      { key: "rules[0].ratelimit.periods", fix: "Did you mean period?" },
      { key: "rules[0].ratelimit.period", value: "missing" },
    ]);
  });

  test("values that only the apply will tell are passed over", () => {
    expect(withRule({ action: unknown, expression: unknown, ratelimit: unknown })).toEqual([]);
    expect(
      validateInputs(ruleset, {
        zoneId: unknown,
        name: unknown,
        kind: unknown,
        phase: unknown,
        rules: unknown,
      }),
    ).toEqual([]);
  });
});

test("a secret is never printed", () => {
  const project = entry("supabase:index/project:Project");
  const problems = validateInputs(project, { organizationId: "o", region: "r", databasePassword: "abc" });
  expect(problems).toEqual([
    {
      key: "databasePassword",
      value: "[secret]",
      limit: "at least 4 characters are needed",
      fix: "Give a longer text",
    },
  ]);
});

test.each([
  ["cloudflare", { apiToken: "not a token!" }, "letters, digits, hyphens and underscores"],
  ["vercel", { apiToken: "tooShort" }, "24 letters and digits"],
] as const)("%s refuses a malformed token in its configuration", (provider, config, form) => {
  const schema = providerSchemas[provider];
  expect(validateProperties(schema.config, {}, config)).toMatchObject([
    { key: "apiToken", value: "[secret]", limit: `it must be ${form}` },
  ]);
});

test("no inputs, however odd, make the validation throw", () => {
  const entries = catalogEntries();
  fc.assert(
    fc.property(
      fc.nat(),
      fc.dictionary(fc.string(), fc.anything()),
      fc.anything(),
      (index, inputs, value) => {
        const some = entries[index % entries.length]!;
        const known = Object.fromEntries(Object.keys(some.inputs).map((name) => [name, value]));
        for (const problem of validateInputs(some, { ...inputs, ...known })) {
          expect(problem.limit).not.toBe("");
          expect(problem.fix).not.toBe("");
        }
      },
    ),
    { numRuns: 300 },
  );
});
