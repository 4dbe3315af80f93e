import { expect, it } from "vitest";
import { catalogEntry } from "../../catalog/catalog.ts";
import { differences } from "./differences.ts";

it("compares declared keys alone, at every depth", () => {
  const declared = { a: 1, deep: { x: [{ y: 1 }, { y: 2 }], list: ["p", "q"] } };
  const existing = { a: 1, other: 2, deep: { x: [{ y: 1, z: 9 }], list: ["p"], more: true, none: [] } };
  expect(differences(undefined, declared, existing)).toEqual([
    { path: "deep.x[1]", property: "deep", existing: undefined, declared: { y: 2 } },
    { path: "deep.list", property: "deep", existing: ["p"], declared: ["p", "q"] },
  ]);
});

it("fills in what the provider takes by default", () => {
  const entry = catalogEntry("cloudflare:index/ruleset:Ruleset");
  const rule = { expression: "true", action: "block" };
  expect(
    differences(entry, { rules: [rule] }, { rules: [{ ...rule, enabled: true, description: "" }] }),
  ).toEqual([]);
  expect(
    differences(entry, { rules: [rule] }, { rules: [{ ...rule, enabled: false, description: "" }] }),
  ).toEqual([{ path: "rules[0].enabled", property: "rules", existing: false, declared: true }]);
});

it("compares settings written as JSON key by key, and masks what is secret in them", () => {
  const entry = catalogEntry("supabase:index/settings:Settings");
  const auth = { jwt_exp: 3600, password_min_length: 8, hook_send_email_secrets: "v1,whsec_ours" };
  const there = { ...auth, jwt_exp: 60, password_min_length: 6, hook_send_email_secrets: "hash", other: 1 };
  expect(differences(entry, { auth: JSON.stringify(auth) }, { auth: JSON.stringify(there) })).toEqual([
    { path: "auth.jwt_exp", property: "auth", existing: 60, declared: 3600 },
    { path: "auth.password_min_length", property: "auth", existing: 6, declared: 8 },
    { path: "auth.hook_send_email_secrets", property: "auth", existing: "[secret]", declared: "[secret]" },
  ]);
});

it("takes what a plan may not or cannot tell for different, and tells no secret property", () => {
  const entry = catalogEntry("vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable");
  const differing = differences(entry, { value: "(known after up)" }, { value: "theirs" });
  expect(differing).toEqual([
    { path: "value", property: "value", existing: "[secret]", declared: "(known after up)" },
  ]);
});

it("tells lists and objects that nobody declares within what is declared, and of headers only that they are there", () => {
  const declared = { mechanisms: { emails: ["a"] }, header: { Host: ["h"] }, rules: [{ on: true }] };
  const existing = {
    mechanisms: { emails: ["a"], webhooks: [{ id: "1" }], pagerduties: [] },
    header: { Host: ["h"], Authorization: ["Bearer x"] },
    rules: [{ on: true, overrides: { pools: ["p"] } }, { on: false }],
  };
  expect(differences(undefined, declared, existing)).toEqual([
    { path: "mechanisms.webhooks", property: "mechanisms", existing: [{ id: "1" }] },
    { path: "header.Authorization", property: "header", existing: "[secret]" },
    { path: "rules[1]", property: "rules", existing: { on: false }, declared: undefined },
    { path: "rules[0].overrides", property: "rules", existing: { pools: ["p"] } },
  ]);
});
