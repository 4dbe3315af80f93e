import { expect, test } from "vitest";
import { catalogEntry } from "./catalog.ts";
import { withDefaults } from "./defaults.ts";
import { unknown } from "./unknown.ts";

test("what is not given gets the provider's default, nested too, and nulls go", () => {
  const entry = catalogEntry("cloudflare:index/ruleset:Ruleset")!;
  const given = {
    zoneId: unknown,
    accountId: null,
    rules: [{ expression: "true", enabled: false }, { ref: "b" }],
  };
  expect(withDefaults(entry, given)).toEqual({
    zoneId: unknown,
    description: "",
    rules: [
      { expression: "true", enabled: false, description: "" },
      { ref: "b", enabled: true, description: "" },
    ],
  });
});
