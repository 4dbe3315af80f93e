import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { jsonSchema } from "./json-schema.ts";
import { settingsOf } from "./settings.ts";

const id = (digit: string) => digit.repeat(32);

/** A valid stack, with some of its keys changed; `undefined` takes a key away. */
function raw(changes: Record<string, unknown> = {}, secrets = ["lavlay:databasePassword"]) {
  const config: Record<string, unknown> = {
    tier: "free",
    domain: "lavlay.com",
    cloudflare: { accountId: id("a"), zoneId: id("b") },
    supabase: { organizationId: "lavlay", region: "eu-west-1" },
    media: { bucket: "lavlay-media" },
    databasePassword: "correct horse battery",
    ...changes,
  };
  const values = Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [`lavlay:${key}`, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  return { values, secretKeys: new Set(secrets) };
}

function problems(changes: Record<string, unknown>, secrets?: string[]): readonly Problem[] {
  try {
    settingsOf("prod", raw(changes, secrets), {}, "apply");
  } catch (error) {
    if (error instanceof RefusedError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings", () => {
  it("complete what the YAML leaves out", () => {
    const settings = settingsOf("prod", raw(), {}, "apply");
    expect(settings).toMatchObject({
      plans: { cloudflare: "free", supabase: "free", vercel: "hobby" },
      media: { host: "media.lavlay.com", url: "https://media.lavlay.com", edgeTtl: 2_592_000 },
      web: { host: "app.lavlay.com", url: "https://app.lavlay.com" },
      protect: true,
    });
  });

  it("are frozen through and through, and hold no secret", () => {
    const settings = settingsOf("prod", raw(), {}, "apply");
    expect(Object.isFrozen(settings.media)).toBe(true);
    expect(JSON.stringify(settings)).not.toContain("correct horse battery");
  });

  it("put the app on the domain itself when asked", () => {
    expect(settingsOf("prod", raw({ web: { host: "@" } }), {}, "apply").web.url).toBe("https://lavlay.com");
  });

  it("take the local target's addresses from the environment", () => {
    const environment = {
      LAVLAY_LOCAL_FRONT_PORT: "1",
      LAVLAY_LOCAL_API_PORT: "2",
      LAVLAY_LOCAL_OBJECT_STORE_PORT: "3",
      LAVLAY_LOCAL_MANAGEMENT_PORT: "4",
    };
    const settings = settingsOf("local", raw({ target: "local" }), environment, "apply");
    expect(settings.media.url).toBe("http://media.lavlay.com:1");
    expect(settings.endpoints.project).toBe("http://127.0.0.1:2");
  });

  it("refuse the local target when it is not running, naming every missing variable", () => {
    expect(problems({ target: "local" }).map(({ key }) => key)).toHaveLength(4);
  });
});

describe("mistakes", () => {
  it("are all told at once, with key, value, limit and fix", () => {
    const found = problems({
      tier: "free-ish",
      domain: "LavLay",
      cloudflare: { accountId: "abc", zoneId: id("b") },
      media: { bucket: "Lavlay_Media", edgeTTL: 60 },
      databasePassword: undefined,
    });
    expect(found.map(({ key }) => key).sort()).toEqual([
      "lavlay:cloudflare.accountId",
      "lavlay:databasePassword",
      "lavlay:domain",
      "lavlay:media.bucket",
      "lavlay:media.edgeTTL",
      "lavlay:tier",
    ]);
    for (const problem of found)
      expect(problem).toEqual(
        expect.objectContaining({ value: expect.any(String), fix: expect.stringMatching(/./) }),
      );
  });

  it.each([
    [
      "an unknown value",
      { tier: "huge" },
      { value: '"huge"', limit: "it must be one of free, pro, team, enterprise" },
    ],
    ["a misspelt key", { teir: "free" }, { key: "lavlay:teir", fix: "Did you mean lavlay:tier?" }],
    [
      "a misspelt nested key",
      { media: { bucket: "lavlay-media", hots: "m" } },
      { fix: "Did you mean lavlay:media.host?" },
    ],
    ["a number out of bounds", { auth: { accessTokenSeconds: 5 } }, { value: "5", limit: "the least is 60" }],
    ["a wrong kind of value", { media: "lavlay-media" }, { limit: "it must be a group of keys" }],
    [
      "a placeholder",
      { supabase: { organizationId: "your-organization", region: "eu-west-1" } },
      { limit: "it is only a placeholder" },
    ],
  ])("%s", (_name, changes, expected) => {
    expect(problems(changes)).toEqual([expect.objectContaining(expected)]);
  });

  it("never show a secret", () => {
    const [problem] = problems({ databasePassword: "short" });
    expect(JSON.stringify(problem)).not.toContain("short");
    expect(problem).toMatchObject({ value: "[secret]", limit: expect.stringContaining("16 characters") });
  });

  it("include a secret in plain text", () => {
    expect(problems({}, [])).toEqual([
      expect.objectContaining({
        key: "lavlay:databasePassword",
        value: "[secret]",
        limit: "it stands in the YAML in plain text",
      }),
    ]);
  });
});

describe("plan limits", () => {
  const cloudflare = (plan: string) => ({ cloudflare: { accountId: id("a"), zoneId: id("b"), plan } });
  const rateLimit = { requests: 100, period: 60, timeout: 600 };

  it("of Cloudflare Free, each with the plan that would allow it and its price", () => {
    const found = problems({ media: { bucket: "lavlay-media", edgeTtl: 3600 }, rateLimit });
    expect(found.map(({ key, limit }) => [key, limit])).toEqual([
      ["lavlay:media.edgeTtl", "Cloudflare Free allows no edge TTL under 7200 s"],
      ["lavlay:rateLimit.period", "Cloudflare Free counts over 10 s"],
      ["lavlay:rateLimit.timeout", "Cloudflare Free refuses for 0, 10 s"],
    ]);
    for (const { fix } of found) expect(fix).toContain("Cloudflare Pro ($20 a month) allows it.");
  });

  it("are gone with the plan that allows it", () => {
    expect(
      problems({ ...cloudflare("pro"), media: { bucket: "lavlay-media", edgeTtl: 3600 }, rateLimit }),
    ).toEqual([]);
  });

  it("of Supabase: compute by plan, pool by compute", () => {
    const found = problems({
      supabase: { organizationId: "lavlay", region: "eu-west-1", computeSize: "small", poolSize: 100 },
    });
    expect(found.map(({ key }) => key)).toEqual(["lavlay:supabase.computeSize", "lavlay:supabase.poolSize"]);
    expect(found[0]?.fix).toContain("Supabase Pro ($25 a month)");
  });

  it("of Vercel Hobby: no payments", () => {
    expect(problems({ tier: "pro", vercel: { plan: "hobby" } })).toEqual([
      expect.objectContaining({
        key: "lavlay:vercel.plan",
        fix: expect.stringContaining("Vercel Pro ($20 a month)"),
      }),
    ]);
  });
});

it("the JSON Schema for editors is that of the settings", () => {
  const written = readFileSync(join(__dirname, "stack.schema.json"), "utf8");
  expect(JSON.parse(written)).toEqual(jsonSchema());
});
