import { describe, expect, it } from "vitest";
import { testSettings } from "../settings/testing.ts";
import { mayLeaveBehind } from "./database.ts";
import { dataLoss } from "./index.ts";

const project = (more: object = {}) => ({ organizationId: "lavlay", region: "eu-west-1", ...more });
const settings = testSettings();
const account = { accountId: "a".repeat(32) };

const deployed = [
  {
    type: "cloudflare:index/r2Bucket:R2Bucket",
    outputs: { name: "lavlay-media", ...account, jurisdiction: "default" },
  },
  {
    type: "cloudflare:index/r2CustomDomain:R2CustomDomain",
    outputs: { domain: "media.lavlay.com", zoneId: "b".repeat(32), ...account },
  },
  { type: "supabase:index/project:Project", outputs: project() },
];

describe("a change that loses data", () => {
  it("is none when nothing that is fixed changes", () => expect(dataLoss(settings, deployed)).toEqual([]));

  it("is none before anything is deployed", () => expect(dataLoss(settings, [])).toEqual([]));

  it("is told with all others, not only the first", () => {
    const changed = testSettings({
      media: { bucket: "lavlay-other", host: "cdn" },
      supabase: project({ region: "us-east-1" }),
    });
    expect(dataLoss(changed, deployed).map(({ key, value }) => [key, value])).toEqual([
      ["lavlay:media.bucket", "lavlay-media → lavlay-other"],
      ["lavlay:media.host", "media.lavlay.com → cdn.lavlay.com"],
      ["lavlay:supabase.region", "eu-west-1 → us-east-1"],
    ]);
  });
});

const replica = (serving: boolean) => ({
  type: "pulumi-nodejs:dynamic/lavlay/backend:ReadReplica",
  outputs: { region: "eu-west-1", serving },
});

describe("a way down", () => {
  it("is refused while the app reads from a replica that would go", () => {
    expect(dataLoss(testSettings({ tier: "pro" }), [replica(true)])).toEqual([
      expect.objectContaining({
        key: "lavlay:supabase.replicaRegions",
        value: "eu-west-1 → (none)",
        fix: expect.stringContaining("lavlay:supabase.replicaReads to false"),
      }),
    ]);
    expect(dataLoss(testSettings({ tier: "pro" }), [replica(false)])).toEqual([]);
    expect(dataLoss(testSettings({ tier: "team" }), [replica(true)])).toEqual([]);
  });

  it.each([
    ["free", ["baseline", "free", "pro"], true],
    ["free", ["baseline", "free"], false],
    ["pro", ["baseline", "free", "pro", "team"], true],
    ["team", ["baseline", "free", "pro", "team", "enterprise"], false],
  ] as const)("to %s from %j may leave something behind in the database: %s", (tier, from, may) => {
    expect(mayLeaveBehind(from, testSettings({ tier }))).toBe(may);
  });
});
