import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogEntry } from "../../catalog/catalog.ts";
import { unknown } from "../../catalog/unknown.ts";
import { changes } from "./diff.ts";
import type { Values } from "./marshal.ts";

const entry = catalogEntry("cloudflare:index/ruleset:Ruleset")!;
const diff = (planned: Values, state: Values, oldInputs: Values = planned) =>
  changes({ entry, planned, state, oldInputs });

test("what the vendor adds is no change", () => {
  const rules = [{ ref: "a", expression: "true" }];
  expect(diff({ rules }, { rules: [{ ref: "a", expression: "true", id: "1" }], version: "3" })).toEqual([]);
});

test("changes are named by their paths, and replace where the type says so", () => {
  const planned = { name: "new", rules: [{ expression: "b", enabled: true }, { expression: "c" }] };
  const state = { name: "old", rules: [{ expression: "a" }] };
  expect(diff(planned, state)).toEqual([
    { path: "name", kind: "update", replace: true },
    { path: "rules[0].expression", kind: "update", replace: false },
    { path: "rules[0].enabled", kind: "add", replace: false },
    { path: "rules[1]", kind: "add", replace: false },
  ]);
});

test("what is no longer asked for is taken away, what never was is left", () => {
  const state = { rules: [{ ref: "a" }, { ref: "b" }], description: "text", "odd.name": { "a b": 1 } };
  const oldInputs = { rules: [{ ref: "a" }, { ref: "b" }], "odd.name": { "a b": 1 } };
  expect(diff({ rules: [{ ref: "a" }], "odd.name": {} }, state, oldInputs)).toEqual([
    { path: "rules[1]", kind: "delete", replace: false },
    { path: 'odd.name["a b"]', kind: "delete", replace: false },
  ]);
});

test("a value that only the apply will tell may be a change", () => {
  expect(diff({ name: unknown }, { name: "old" })).toEqual([{ path: "name", kind: "update", replace: true }]);
});

test("nothing differs from itself", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (values) => {
      expect(diff(values, values)).toEqual([]);
    }),
  );
});
