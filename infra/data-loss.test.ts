import { describe, expect, it } from "vitest";
import { dataLoss } from "./data-loss.ts";
import type { Settings } from "./settings/settings.ts";

const settings = {
  cloudflare: { accountId: "acc", zoneId: "zone", zone: "lavlay.com" },
  media: { bucket: "media", jurisdiction: "default", host: "media.lavlay.com" },
  supabase: { organizationId: "org", region: "eu-west-1" },
} as Settings;

const deployed = [
  {
    type: "cloudflare:index/r2Bucket:R2Bucket",
    outputs: { name: "media", accountId: "acc", jurisdiction: "default" },
  },
  {
    type: "cloudflare:index/r2CustomDomain:R2CustomDomain",
    outputs: { domain: "media.lavlay.com", zoneId: "zone", accountId: "acc" },
  },
  { type: "supabase:index/project:Project", outputs: { organizationId: "org", region: "eu-west-1" } },
];

describe("a change that loses data", () => {
  it("is none when nothing that is fixed changes", () => expect(dataLoss(settings, deployed)).toEqual([]));

  it("is none before anything is deployed", () => expect(dataLoss(settings, [])).toEqual([]));

  it("is told with all others, not only the first", () => {
    const changed = {
      ...settings,
      media: { ...settings.media, bucket: "other", host: "cdn.lavlay.com" },
      supabase: { ...settings.supabase, region: "us-east-1" },
    } as Settings;
    expect(dataLoss(changed, deployed).map(({ key, value }) => [key, value])).toEqual([
      ["lavlay:media.bucket", "media → other"],
      ["lavlay:media.host", "media.lavlay.com → cdn.lavlay.com"],
      ["lavlay:supabase.region", "eu-west-1 → us-east-1"],
    ]);
  });
});
