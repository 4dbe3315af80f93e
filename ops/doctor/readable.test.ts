import fc from "fast-check";
import { expect, it } from "vitest";
import { localPorts, stackConfig } from "../../infra/settings/testing.ts";
import { readable } from "./readable.ts";

const file = (changes: Record<string, unknown> = {}) => {
  const { values, secretKeys } = stackConfig(changes);
  return { values: { ...values }, secretKeys: [...secretKeys] };
};

it("a valid configuration is read as it is", () => {
  const { settings, problems, missing } = readable("prod", file({ tier: "team" }), localPorts);
  expect(problems).toEqual([]);
  expect([...missing]).toEqual([]);
  expect(settings).toMatchObject({ tier: "team", cloudflare: { zone: "lavlay.com" } });
});

it("what is wrong is told once and leaves the rest as it is", () => {
  const { settings, problems } = readable(
    "prod",
    file({ media: { bucket: "lavlay-media", edgeTtl: "long" }, rateLimit: { routes: [{ name: "X" }] } }),
    localPorts,
  );
  const keys = problems.map(({ key }) => key);
  expect(keys).toContain("lavlay:media.edgeTtl");
  expect(new Set(keys).size).toBe(keys.length);
  expect(settings.media).toMatchObject({ bucket: "lavlay-media", edgeTtl: 2_592_000 });
  expect(settings.rateLimit.requests).toBe(200);
});

it("what is not there cannot be looked for", () => {
  const { problems, missing } = readable("prod", file({ domain: undefined, cloudflare: {} }), localPorts);
  expect(problems.map(({ key }) => key).sort()).toEqual([
    "lavlay:cloudflare.accountId",
    "lavlay:cloudflare.zoneId",
    "lavlay:domain",
  ]);
  expect([...missing].sort()).toEqual(problems.map(({ key }) => key).sort());
});

it("a tier that there is not is not taken for another, whose limits would be broken", () => {
  const supabase = { organizationId: "lavlay", region: "eu-west-1", computeSize: "large" };
  const { problems } = readable("prod", file({ tier: "huge", supabase }), localPorts);
  expect(problems.map(({ key }) => key)).toEqual(["lavlay:tier"]);
});

it("whatever stands in the YAML, it is read or refused, and never fails", () => {
  const anything = fc.oneof(fc.string(), fc.jsonValue()) as fc.Arbitrary<unknown>;
  const keys = ["tier", "target", "domain", "cloudflare", "supabase", "media", "rateLimit", "email", "adopt"];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), anything), (changes) => {
      const { settings } = readable("prod", file(changes), localPorts);
      expect(settings.stack).toBe("prod");
    }),
    { numRuns: 300 },
  );
});
