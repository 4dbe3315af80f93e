import { expect, it } from "vitest";
import { providerSchemas } from "../catalog.ts";
import { cloudflarePermissions, groupsThatRead, permissionsFor } from "./cloudflare.ts";

it("every resource type of Cloudflare that the catalog has needs something", () => {
  const types = Object.keys(providerSchemas.cloudflare.resources);
  expect(types.length).toBeGreaterThan(10);
  for (const type of types) {
    const phase = "http_ratelimit";
    expect(permissionsFor(type, { phase }), type).not.toEqual([]);
  }
});

it("a ruleset needs what its phase needs", () => {
  const names = (phase: string) =>
    permissionsFor("cloudflare:index/ruleset:Ruleset", { phase }).map(({ name }) => name);
  expect(names("http_request_cache_settings")).toEqual(["Cache Settings Write", "Account Rulesets Read"]);
  expect(names("http_ratelimit")).toEqual(["Zone WAF Write", "Account Rulesets Read"]);
  expect(() => names("http_log_custom_fields")).toThrow(/does not know what cloudflare:index\/ruleset/);
});

it("other vendors' resources need nothing of Cloudflare", () => {
  expect(permissionsFor("vercel:index/project:Project", {})).toEqual([]);
});

it("whoever may write may read", () => {
  const [dns] = cloudflarePermissions.filter(({ name }) => name === "DNS Write");
  expect(dns && groupsThatRead(dns)).toEqual(["DNS Write", "DNS Read"]);
});
