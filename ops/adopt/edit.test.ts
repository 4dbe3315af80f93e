import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseStackConfig } from "../../infra/settings/parse.ts";
import { parseStackFile } from "../../infra/settings/stack-file.ts";
import type { PlannedResource } from "../plan/plan.ts";
import { adoptionEdit, releaseEdit, releases } from "./edit.ts";
import type { Takeover } from "./judge.ts";

const yaml = `# LavLay's own
config:
  lavlay:tier: free
  lavlay:domain: lavlay.com
  lavlay:cloudflare: { accountId: ${"a".repeat(32)}, zoneId: ${"b".repeat(32)} }
  lavlay:supabase: { organizationId: lavlay, region: eu-west-1 }
  lavlay:media: { bucket: lavlay-media } # the bucket
  lavlay:databasePassword: { secure: abc }
`;
const types: Readonly<Record<string, string>> = {
  "edge-cache": "cloudflare:index/ruleset:Ruleset",
  "web-project": "vercel:index/project:Project",
  "media-cors": "cloudflare:index/r2BucketCors:R2BucketCors",
};
const declared: Readonly<Record<string, object>> = {
  "edge-cache": { name: "LavLay cache", rules: [] },
  "web-project": { name: "lavlay-prod" },
  "media-cors": { rules: [] },
};
const resources = Object.keys(types).map(
  (name) => ({ name, type: types[name], inputs: declared[name] }) as PlannedResource,
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lavlay-edit-"));
  writeFileSync(join(folder, "Pulumi.prod.yaml"), yaml);
});
afterEach(() => rmSync(folder, { recursive: true }));

const taken = (adoptions: Record<string, Takeover["adoption"]>) =>
  Object.entries(adoptions).map(([name, adoption]): Takeover => ({
    name,
    type: types[name] ?? "",
    fate: adoption ? "import" : "new",
    differences: [],
    refused: [],
    ...(adoption && { adoption }),
  }));

/** What the configuration says is taken over, as the program reads it. */
function adoptionsIn(text: string) {
  const { values, secretKeys } = parseStackFile(text);
  return parseStackConfig("prod", { values, secretKeys: new Set(secretKeys) }).adopt;
}

test("adoptions are written a line each, valid, and leave all else as it stands", () => {
  const adoptions = {
    "edge-cache": { import: `zones/${"b".repeat(32)}/1`, keep: ["name", "rules"] },
    "media-cors": { values: { rules: [{ allowed: { methods: ["GET"], origins: ["*"] } }] } },
  };
  const { before, after } = adoptionEdit(folder, "prod", taken({ ...adoptions, "web-project": undefined }));
  expect(after.startsWith(before.trimEnd())).toBe(true);
  expect(after.split("\n").length - before.split("\n").length).toBe(3);
  expect(adoptionsIn(after)).toEqual(adoptions);
  writeFileSync(join(folder, "Pulumi.prod.yaml"), after);
  expect(adoptionEdit(folder, "prod", taken(adoptions)).after).toBe(after);
});

test("a release lets go of what is declared and can change in place, and of nothing else", () => {
  const adoptions = {
    "edge-cache": { import: "zones/z/1", keep: ["name", "rules"] },
    "web-project": { import: "prj_1", keep: ["buildCommand", "name"] },
    "media-cors": { values: { rules: [] } },
    "media-domain": { read: "media.lavlay.com" },
  };
  writeFileSync(join(folder, "Pulumi.prod.yaml"), adoptionEdit(folder, "prod", taken(adoptions)).after);
  const letGo = releases(adoptions, resources);
  expect(letGo).toEqual([
    { name: "edge-cache", released: ["rules"], stays: ["name"] },
    { name: "web-project", released: ["name"], stays: ["buildCommand"] },
    { name: "media-cors", released: ["rules"], stays: [] },
    { name: "media-domain", released: [], stays: ["all of it"] },
  ]);
  const { after } = releaseEdit(folder, "prod", adoptions, letGo);
  expect(adoptionsIn(after)).toEqual({
    "edge-cache": { import: "zones/z/1", keep: ["name"] },
    "web-project": { import: "prj_1", keep: ["buildCommand"] },
    "media-domain": { read: "media.lavlay.com" },
  });
});

test.each([
  [{}, "one of import, read and values"],
  [{ import: "1", read: "2" }, "one of import, read and values"],
  [{ read: "1", keep: ["name"] }, "without keep, which goes with import"],
  [{ import: "" }, "adopt.media-bucket.import"],
  [{ ident: "1" }, "adopt.media-bucket.ident"],
])("the adoption %j is refused", (adoption, message) => {
  const text = `${yaml}  lavlay:adopt: ${JSON.stringify({ "media-bucket": adoption })}\n`;
  expect(() => adoptionsIn(text)).toThrow(message);
});
