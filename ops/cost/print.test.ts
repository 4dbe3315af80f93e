import { describe, expect, it } from "vitest";
import { tierNames } from "../../infra/settings/schema.ts";
import { testSettings } from "../../infra/settings/testing.ts";
import { formatAmount } from "./amount.ts";
import { printCost } from "./print.ts";
import { costReport } from "./report.ts";
import { tierSettings } from "./tier-settings.ts";

const tiers = tierNames.map((tier) => ({ name: `tier ${tier}`, settings: tierSettings(tier) }));

describe("the printed report", () => {
  const report = costReport(tiers);
  const printed = printCost(report);

  it("has floor, rates and scenario, in this order", () => {
    const places = ["1. Floor", "2. Rates", "3. Scenario"].map((title) => printed.indexOf(title));
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(places).not.toContain(-1);
  });

  it("shows every amount of the JSON, and nothing that is no amount", () => {
    for (const { floor, usage } of report.subjects) {
      for (const { label, monthlyUsd } of [...floor.lines, ...usage.lines]) {
        const line = printed.split("\n").filter((text) => text.startsWith(`${label} `));
        expect(line.some((text) => text.endsWith(formatAmount(monthlyUsd)))).toBe(true);
      }
    }
    expect(printed).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("is the same from run to run", () => {
    expect(printCost(costReport(tiers))).toBe(printed);
  });

  it("tells a rate that several plans share once", () => {
    const shared = report.rates.filter(({ name }) => name === "Supabase active users");
    expect(shared.map(({ on }) => on)).toEqual([
      ["tier free"],
      ["tier pro", "tier team"],
      ["tier enterprise"],
    ]);
  });

  it("takes another number of users for the scenario, and leaves the floor", () => {
    const { subjects } = costReport(tiers, 7);
    expect(subjects.map(({ scenario }) => scenario.users)).toEqual([7, 7, 7, 7]);
    expect(subjects.map(({ floor }) => floor)).toEqual(report.subjects.map(({ floor }) => floor));
  });

  it("says where a floor is over its budget", () => {
    const of = (monthlyUsd: number) =>
      printCost(
        costReport([{ name: "stack prod", settings: testSettings({ tier: "pro", budget: { monthlyUsd } }) }]),
      );
    expect(of(44.99)).toContain("over the budget of $44.99");
    expect(of(45)).not.toContain("budget");
  });

  it("says of the local target that it costs nothing", () => {
    const local = printCost(
      costReport([{ name: "stack local", settings: testSettings({ target: "local" }) }]),
    );
    expect(local).toContain("nothing is rented");
    expect(local).not.toContain("the guide's breakdown");
  });
});
