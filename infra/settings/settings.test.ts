import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { jsonSchema } from "./json-schema.ts";
import { settingsOf } from "./settings.ts";
import { localPorts, stackConfig as raw } from "./testing.ts";

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

  it("give the pooler half of the connections that the compute takes", () => {
    const poolSize = (computeSize?: string) => {
      const supabase = { organizationId: "lavlay", region: "eu-west-1", ...(computeSize && { computeSize }) };
      return settingsOf("prod", raw({ tier: "team", supabase }), {}, "apply").supabase.poolSize;
    };
    expect([poolSize(), poolSize("small"), poolSize("4xlarge")]).toEqual([80, 45, 240]);
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
    const settings = settingsOf("local", raw({ target: "local" }), localPorts, "apply");
    expect(settings.media.url).toBe("http://media.lavlay.com:4700");
    expect(settings.endpoints.project).toBe("http://127.0.0.1:4701");
  });

  it("refuse the local target when it is not running, naming every missing variable", () => {
    expect(problems({ target: "local" }).map(({ key }) => key)).toHaveLength(5);
  });
});

describe("mistakes", () => {
  it("are all told at once, with key, value, limit and fix", () => {
    const found = problems({
      tier: "free-ish",
      domain: "LavLay",
      cloudflare: { accountId: "abc", zoneId: "b".repeat(32) },
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

  it("include the key of a vendor that is missing, in plain text or of the wrong kind", () => {
    const email = { provider: "resend", from: "LavLay <hello@lavlay.com>" };
    const missing = problems({ email, payments: { paystack: {} } });
    expect(missing.map(({ key, limit }) => [key, limit])).toEqual([
      ["lavlay:emailApiKey", "lavlay:email needs it"],
      ["lavlay:paystackSecretKey", "lavlay:payments needs it"],
    ]);
    expect(problems({ email, emailApiKey: "re_key" })).toEqual([
      expect.objectContaining({ key: "lavlay:emailApiKey", value: "[secret]" }),
    ]);
    const all = ["lavlay:databasePassword", "lavlay:emailApiKey", "lavlay:paystackSecretKey"];
    expect(problems({ email, emailApiKey: "re_key" }, all)).toEqual([]);
    const [wrong] = problems({ payments: { paystack: {} }, paystackSecretKey: "pk_live_public" }, all);
    expect(wrong).toMatchObject({ key: "lavlay:paystackSecretKey", value: "[secret]" });
    for (const from of ["LavLay", "a@b", "a@b.c\r\nBcc: d@e.f", "<a@b.c>"]) {
      expect(problems({ email: { ...email, from }, emailApiKey: "re_key" }, all)).toHaveLength(1);
    }
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

it("the JSON Schema for editors is that of the settings", () => {
  const written = readFileSync(join(__dirname, "stack.schema.json"), "utf8");
  expect(JSON.parse(written)).toEqual(jsonSchema());
});
