import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tierNames } from "../../infra/settings/schema.ts";
import { testSettings } from "../../infra/settings/testing.ts";
import { mostUsers } from "./next-tier.ts";
import { scenarioOf, type Scenario } from "./scenario.ts";
import { paidSettings } from "./testing.ts";
import { tierSettings } from "./tier-settings.ts";
import { usageCost } from "./usage-cost.ts";

/** Everybody is active, so that a user's use is easily reckoned. */
const everybody = (users: number, changes: Partial<Scenario>): Scenario => ({
  ...scenarioOf("pro", users),
  activeShare: 1,
  ...changes,
});
const lineOf = (cost: ReturnType<typeof usageCost>, label: string) =>
  cost.lines.find((line) => line.label === label)!;

describe("what is used", () => {
  it.each([
    [10, 0, 0],
    [10.1, 1, 0.02],
    [11, 1, 0.02],
    [1010, 1000, 15],
  ])("of R2, %d GB, is rounded up to the whole GB before the free ten go off", (gigabytes, charged, usd) => {
    const scenario = everybody(1, { uploads: 1, monthsKept: 1, uploadMegabytes: gigabytes * 1000 });
    expect(lineOf(usageCost(tierSettings("pro"), scenario), "R2 storage")).toMatchObject({
      charged,
      monthlyUsd: usd,
    });
  });

  it.each([
    [1_000_000, 0, 0],
    [1_000_001, 1_000_000, 4.5],
    [2_000_000, 1_000_000, 4.5],
  ])("of R2, %d class A operations, is rounded up to the whole million", (uploads, charged, usd) => {
    const scenario = everybody(1, { uploads, uploadMegabytes: 0 });
    expect(lineOf(usageCost(tierSettings("free"), scenario), "R2 class A operations")).toMatchObject({
      charged,
      monthlyUsd: usd,
    });
  });

  it("leaves R2 for nothing", () => {
    const { used, monthlyUsd } = lineOf(usageCost(tierSettings("team"), scenarioOf("team")), "R2 egress");
    expect(used).toBe(19_200);
    expect(monthlyUsd).toBe(0);
  });

  it("beyond the included is charged in proportion on Pro, and refused on Free", () => {
    const scenario = everybody(150_000, {});
    expect(lineOf(usageCost(tierSettings("pro"), scenario), "Supabase active users")).toMatchObject({
      charged: 50_000,
      refused: 0,
      monthlyUsd: 162.5,
    });
    expect(lineOf(usageCost(tierSettings("free"), scenario), "Supabase active users")).toMatchObject({
      charged: 0,
      refused: 100_000,
      monthlyUsd: 0,
    });
  });

  it("is charged as far as it may be had: Team's Realtime connections end at 10,000", () => {
    const scenario = everybody(20_000, { atOnceShare: 1 });
    expect(lineOf(usageCost(tierSettings("team"), scenario), "Supabase Realtime connections")).toMatchObject({
      charged: 9_500,
      refused: 10_000,
      monthlyUsd: 95,
    });
  });

  it("fills the disk that the floor pays for before it costs more", () => {
    const scenario = everybody(1_000_000, { databaseKilobytes: 60 });
    expect(lineOf(usageCost(tierSettings("team"), scenario), "Supabase database")).toMatchObject({
      included: 50,
      charged: 10,
      monthlyUsd: 1.25,
    });
  });

  it("is unknown where the price is, and named: e-mails always, Vercel's transfer beyond the included alone", () => {
    const little = usageCost(tierSettings("pro"), everybody(1, {}));
    const much = usageCost(tierSettings("pro"), everybody(1, { appMegabytes: 1_000_001 }));
    expect(little.unknown).toEqual(["E-mails (Resend or Brevo)"]);
    expect(much.unknown).toEqual(["Vercel data transfer", "E-mails (Resend or Brevo)"]);
    expect(usageCost(tierSettings("pro"), everybody(1, { emails: 0 })).unknown).toEqual([]);
  });

  it("is nothing of what a stack does not have, and nothing at all on the local target", () => {
    const labels = usageCost(tierSettings("pro"), scenarioOf("pro")).lines.map(({ label }) => label);
    expect(labels.filter((label) => /Upstash|transformations/.test(label))).toEqual([]);
    const local = usageCost(testSettings({ target: "local" }), scenarioOf("free"));
    expect(local).toEqual({ lines: [], knownUsd: 0, unknown: [] });
  });

  const users = fc.integer({ min: 1, max: mostUsers });
  const anySettings = fc.oneof(paidSettings, fc.constantFrom(...tierNames).map(tierSettings));

  it("never costs less for more users, line by line", () => {
    fc.assert(
      fc.property(anySettings, users, users, (settings, one, other) => {
        const [few, many] = [Math.min(one, other), Math.max(one, other)].map((count) =>
          usageCost(settings, scenarioOf(settings.tier, count)),
        ) as [ReturnType<typeof usageCost>, ReturnType<typeof usageCost>];
        expect(many.knownUsd).toBeGreaterThanOrEqual(few.knownUsd);
        few.lines.forEach(({ monthlyUsd: less }, index) => {
          const more = many.lines[index]!.monthlyUsd;
          if (more !== "unknown") expect(more).toBeGreaterThanOrEqual(less as number);
        });
      }),
    );
  });

  it("costs the sum of the known lines, and names every other", () => {
    fc.assert(
      fc.property(anySettings, users, (settings, count) => {
        const { lines, knownUsd, unknown } = usageCost(settings, scenarioOf(settings.tier, count));
        const known = lines.map(({ monthlyUsd }) => monthlyUsd).filter((usd) => usd !== "unknown");
        expect(knownUsd).toBeCloseTo(
          known.reduce((sum, usd) => sum + usd, 0),
          2,
        );
        expect(known.length + unknown.length).toBe(lines.length);
      }),
    );
  });
});
