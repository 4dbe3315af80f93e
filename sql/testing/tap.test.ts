import { expect, test } from "vitest";
import { parseTap } from "./tap.ts";

test("reads what passed, what failed and why, what was skipped", () => {
  const output = `1..4
ok 1 - is - there
not ok 2 - is right
# Failed test 2: "is right"
#         have: 1
#         want: 2
{"role": "anon"}
ok 3 # SKIP needs tier team
ok 4
# Looks like you failed 1 test of 4`;
  expect(parseTap(output)).toEqual([
    { number: 1, ok: true, name: "is - there", diagnostics: [] },
    {
      number: 2,
      ok: false,
      name: "is right",
      diagnostics: ['Failed test 2: "is right"', "        have: 1", "        want: 2"],
    },
    { number: 3, ok: true, name: "", skipped: "needs tier team", diagnostics: [] },
    { number: 4, ok: true, name: "", diagnostics: ["Looks like you failed 1 test of 4"] },
  ]);
});

test.each([
  ["fewer tests than planned", "1..2\nok 1", "planned 2 tests, ran 1"],
  ["more tests than planned", "1..1\nok 1\nok 2", "planned 1 tests, ran 2"],
  ["no plan", "ok 1", "planned no tests, ran 1"],
  ["nothing", "", "planned no tests, ran 0"],
  ["a test that is missing", "1..2\nok 1\nok 3", "planned 2 tests, ran 2, not in order"],
])("refuses %s", (_case, output, message) => {
  expect(() => parseTap(output)).toThrow(message);
});
