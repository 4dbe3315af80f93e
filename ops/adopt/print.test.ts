import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { AdoptReport } from "./adopt.ts";
import { printAdoption, printReleases } from "./print.ts";

const report: AdoptReport = {
  stack: "prod",
  refused: [],
  takeovers: [
    {
      name: "edge-cache",
      type: "cloudflare:index/ruleset:Ruleset",
      fate: "import",
      id: "zones/z/1",
      differences: [
        { path: "rules[0].expression", property: "rules", existing: "true", declared: "x".repeat(100) },
        ...Array.from({ length: 20 }, (_, index) => ({
          path: `rules[${index + 1}]`,
          property: "rules",
          existing: undefined,
          declared: {},
        })),
      ],
      adoption: { import: "zones/z/1", keep: ["rules"] },
      refused: [],
    },
    {
      name: "backend-project",
      type: "supabase:index/project:Project",
      fate: "import",
      id: "ref",
      differences: [{ path: "databasePassword", property: "databasePassword", declared: "[secret]" }],
      adoption: { import: "ref" },
      refused: [],
      note: "nobody tells it",
    },
  ],
};

test("tells what stays and what is written, shortened", () => {
  const lines = stripVTControlCharacters(printAdoption(report)).split("\n");
  expect(lines).toContainEqual(expect.stringMatching(/^edge-cache +imported +zones\/z\/1 +21$/));
  expect(lines).toContain(`  rules[0].expression: true stays; declared is ${"x".repeat(60)}…`);
  expect(lines).toContain("  rules[1]: (none) stays; declared is {}");
  expect(lines).toContain("  … and 9 more");
  expect(lines).toContain("  databasePassword: (not told) → [secret]");
  expect(lines).toContain("  nobody tells it");
});

test("tells what is in the way", () => {
  const refused = [
    { key: "lavlay:supabase.region", value: "a → b", limit: "it cannot move", fix: "Set it." },
  ];
  expect(printAdoption({ ...report, refused })).toContain(
    "lavlay:supabase.region: a → b, but it cannot move",
  );
});

test("tells what a release sets and what stays", () => {
  const lines = printReleases("prod", [{ name: "edge-cache", released: ["rules"], stays: ["name"] }]);
  expect(lines).toMatch(/edge-cache +rules +name/);
});
