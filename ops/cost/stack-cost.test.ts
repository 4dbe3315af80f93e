import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tierNames } from "../../infra/settings/schema.ts";
import { testSettings } from "../../infra/settings/testing.ts";
import { formatAmount, formatRate, formatSum, sumOf } from "./amount.ts";
import { stackCost } from "./stack-cost.ts";
import { paidSettings, supabase } from "./testing.ts";
import { tierSettings } from "./tier-settings.ts";

const amount = (cost: ReturnType<typeof stackCost>, label: string) =>
  cost.lines.find((line) => line.label === label)?.monthlyUsd;

describe("the floor", () => {
  it("has Sentry's plan where the app's errors go there", () => {
    expect(amount(stackCost(testSettings({ tier: "team" })), "Sentry plan")).toBeUndefined();
    const sentry = { organization: "lavlay", plan: "team" };
    expect(amount(stackCost(testSettings({ tier: "team", sentry })), "Sentry plan")).toBe(26);
  });

  it("of Team, xlarge, seven days of recovery and one replica is $1,109, without disk and the other vendors", () => {
    const settings = testSettings({
      tier: "team",
      supabase: supabase({ computeSize: "xlarge", pointInTimeRecoveryDays: 7 }),
    });
    const lines = stackCost(settings).lines.filter(
      ({ label }) => label.startsWith("Supabase") && label !== "Supabase disk",
    );
    expect(Object.fromEntries(lines.map(({ label, monthlyUsd }) => [label, monthlyUsd]))).toEqual({
      "Supabase plan": 599,
      "Supabase compute": 200,
      "Supabase read replicas": 210,
      "Supabase disk of the replicas": "unknown",
      "Supabase point-in-time recovery": 100,
    });
    expect(sumOf(lines).knownUsd).toBe(1109);
  });

  it.each([
    ["free", 0, []],
    ["pro", 45, []],
    ["team", 854.25, ["Supabase disk of the replicas"]],
    [
      "enterprise",
      3204,
      ["Supabase plan", "Supabase disk of the replicas", "Supabase disk", "Cloudflare load balancer"],
    ],
  ] as const)("of tier %s is $%d, and names what is unknown", (tier, knownUsd, unknown) => {
    expect(stackCost(tierSettings(tier))).toMatchObject({ stack: tier, knownUsd, unknown });
  });

  it("takes the plan's credit off the compute once, and never below nothing", () => {
    const compute = (computeSize: string) =>
      amount(
        stackCost(testSettings({ tier: "pro", supabase: supabase({ computeSize }) })),
        "Supabase compute",
      );
    expect([compute("micro"), compute("small"), compute("large")]).toEqual([0, 5, 100]);
  });

  it.each([
    [7, 100],
    [14, 200],
    [28, 400],
  ])("has $100 for each seven days of recovery: %d days, $%d", (days, usd) => {
    const settings = testSettings({
      tier: "pro",
      supabase: supabase({ computeSize: "small", pointInTimeRecoveryDays: days }),
    });
    expect(amount(stackCost(settings), "Supabase point-in-time recovery")).toBe(usd);
  });

  it("has $0.125 for each GB of disk beyond the included, and $4 for the pooler's address", () => {
    const settings = testSettings({
      tier: "pro",
      supabase: supabase({ diskGigabytes: 100, dedicatedPooler: true }),
    });
    const cost = stackCost(settings);
    expect(amount(cost, "Supabase disk")).toBe(11.5);
    expect(amount(cost, "Supabase IPv4 address")).toBe(4);
  });

  it("of the local target is nothing, whatever the tier", () => {
    const cost = stackCost(testSettings({ tier: "enterprise", target: "local" }));
    expect(cost).toMatchObject({ lines: [], knownUsd: 0, unknown: [] });
  });

  it("comes with the stack's budget", () => {
    expect(stackCost(testSettings({ budget: { monthlyUsd: 60 } })).budgetUsd).toBe(60);
    expect(stackCost(testSettings()).budgetUsd).toBeUndefined();
  });

  it("is the sum of its known lines, and names every other", () => {
    fc.assert(
      fc.property(paidSettings, (settings) => {
        const { lines, knownUsd, unknown } = stackCost(settings);
        const known = lines.map(({ monthlyUsd }) => monthlyUsd).filter((usd) => usd !== "unknown");
        expect(knownUsd).toBeCloseTo(
          known.reduce((sum, usd) => sum + usd, 0),
          6,
        );
        expect(known.length + unknown.length).toBe(lines.length);
        for (const usd of known) expect(usd).toBeGreaterThanOrEqual(0);
        expect(new Set(lines.map(({ label }) => label)).size).toBe(lines.length);
      }),
    );
  });

  it("has no number from a source that nobody has confirmed, and no unknown from another", () => {
    for (const { source, monthlyUsd } of tierNames.flatMap((tier) => stackCost(tierSettings(tier)).lines)) {
      expect(monthlyUsd === "unknown").toBe(source.confidence === "unconfirmed");
    }
  });
});

it("amounts are written as people write them", () => {
  expect([formatAmount(1109), formatAmount(854.2), formatAmount("unknown")]).toEqual([
    "$1,109",
    "$854.20",
    "unknown",
  ]);
  expect([formatRate(0.5), formatRate(0.00325), formatRate(10)]).toEqual(["$0.50", "$0.00325", "$10.00"]);
  expect(formatSum({ knownUsd: 4, unknown: ["a", "b"] })).toBe("$4 plus unknown: a, b");
});
