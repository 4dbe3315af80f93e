import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tierNames, type Tier } from "../../infra/settings/schema.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { guide } from "./guide.ts";
import { compareWithGuide } from "./guide-comparison.ts";
import { scenarioOf } from "./scenario.ts";
import { stackCost } from "./stack-cost.ts";
import { paidSettings } from "./testing.ts";
import { tierSettings } from "./tier-settings.ts";
import { usageCost } from "./usage-cost.ts";

const paid = (settings: Settings) => [
  ...stackCost(settings).lines,
  ...usageCost(settings, scenarioOf(settings.tier)).lines,
];
const compared = (tier: Tier) => compareWithGuide(tier, paid(tierSettings(tier)));

describe("the guide's breakdown", () => {
  it.each([
    ["free", 5],
    ["pro", 60],
    ["team", 719],
    ["enterprise", 3400],
  ] as const)("of tier %s adds up to its own total of $%d", (tier, total) => {
    const { lines, totalUsd } = guide[tier];
    expect(totalUsd).toBe(total);
    expect(lines.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0)).toBe(total);
  });

  it.each(tierNames)("of tier %s has a reason wherever today differs, and none where it does not", (tier) => {
    for (const { guideUsd, today, difference } of compared(tier).rows) {
      const agrees = today.unknown.length === 0 && today.knownUsd === guideUsd;
      expect(difference === undefined).toBe(agrees);
    }
  });

  it("says how much R2 its price would buy, and quotes its e-mails", () => {
    const rows = compared("free").rows;
    expect(rows.find(({ item }) => item === "R2")?.difference).toContain("333 GB beyond the free 10");
    expect(rows.find(({ item }) => item.startsWith("E-mails"))?.difference).toContain("$10-40");
  });

  it("of scaled and enterprise misses Vercel Pro, compute, replicas and recovery", () => {
    const missing = (tier: "team" | "enterprise") =>
      compared(tier)
        .rows.filter(({ guideUsd }) => guideUsd === undefined)
        .map(({ item }) => item);
    expect(missing("team")).toEqual(
      expect.arrayContaining(["Vercel plan", "Supabase compute", "Supabase read replicas"]),
    );
    expect(missing("enterprise")).toContain("Supabase point-in-time recovery");
  });

  it("stands beside every line of today's, each once", () => {
    fc.assert(
      fc.property(paidSettings, (settings) => {
        const { rows, today } = compareWithGuide(settings.tier, paid(settings));
        expect(rows.reduce((sum, row) => sum + row.today.knownUsd, 0)).toBeCloseTo(today.knownUsd, 2);
        expect(rows.flatMap((row) => row.today.unknown).sort()).toEqual([...today.unknown].sort());
      }),
    );
  });
});
