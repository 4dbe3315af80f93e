import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wallOf } from "../../catalog/prices/meter.ts";
import { tierNames } from "../../infra/settings/schema.ts";
import { testSettings } from "../../infra/settings/testing.ts";
import { leastReaching } from "./bisect.ts";
import { metersOf } from "./meters.ts";
import { nextTier } from "./next-tier.ts";
import { scenarioOf } from "./scenario.ts";
import { supabase } from "./testing.ts";
import { tierSettings } from "./tier-settings.ts";
import { usageCost } from "./usage-cost.ts";

const tiersBelowLast = tierNames.slice(0, -1);

describe("bisection", () => {
  it("finds the least number that reaches, or none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (least, most) => {
        const found = leastReaching((value) => value >= least, most);
        expect(found).toBe(least <= most ? least : undefined);
      }),
    );
  });
});

describe("the next tier", () => {
  it.each(tiersBelowLast)("above %s pays from the first user count whose use costs its floor", (tier) => {
    const settings = tierSettings(tier);
    const { byCost = NaN, floor } = nextTier(settings)!;
    const use = (users: number) => usageCost(settings, scenarioOf(tier, users)).knownUsd;
    expect(use(byCost)).toBeGreaterThanOrEqual(floor.knownUsd);
    expect(use(byCost - 1)).toBeLessThan(floor.knownUsd);
  });

  it.each(tiersBelowLast)("above %s is asked for by each limit at the first user that is refused", (tier) => {
    const settings = tierSettings(tier);
    const { limits } = nextTier(settings)!;
    const walls = Object.values(metersOf(settings)).filter(
      (meter) => wallOf(meter) < Infinity && meter.name !== "Supabase cached egress",
    );
    expect(limits.map(({ name }) => name).sort()).toEqual(walls.map(({ name }) => name).sort());
    for (const { name, users } of limits) {
      const refused = (count: number) =>
        usageCost(settings, scenarioOf(tier, count)).lines.find(({ label }) => label === name)!.refused;
      expect([refused(users - 1), refused(users) > 0]).toEqual([0, true]);
    }
  });

  it.each([
    ["free", "Supabase egress", 2_084],
    ["pro", "Supabase Realtime connections", 25_001],
    ["team", "Postgres connections of compute large", 400_001],
  ] as const)("above %s is bound by %s", (tier, name, users) => {
    const { limits, move } = nextTier(tierSettings(tier))!;
    expect(move).toMatchObject({ users, because: { name } });
    expect(limits.map((limit) => limit.users)).toEqual(
      limits.map((limit) => limit.users).sort((a, b) => a - b),
    );
  });

  it("is put off by a larger compute, where that was the limit", () => {
    const larger = testSettings({ tier: "team", supabase: supabase({ computeSize: "16xlarge" }) });
    expect(nextTier(larger)!.move).toMatchObject({ because: { name: "Supabase Realtime connections" } });
  });

  it("never costs less for the same use: the move is for what it allows", () => {
    for (const tier of tiersBelowLast) {
      const { move } = nextTier(tierSettings(tier))!;
      expect(move!.thereUsd).toBeGreaterThan(move!.hereUsd);
    }
  });

  it("is none above the last, and of no concern to the local target", () => {
    expect(nextTier(tierSettings("enterprise"))).toBeUndefined();
    expect(nextTier(testSettings({ target: "local" }))).toBeUndefined();
  });
});
