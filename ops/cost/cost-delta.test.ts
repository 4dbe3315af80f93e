import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testSettings } from "../../infra/settings/testing.ts";
import { costDelta } from "./cost-delta.ts";
import { paidSettings } from "./testing.ts";
import { tierSettings } from "./tier-settings.ts";

describe("the difference in cost", () => {
  it("of free and pro is what is paid more, and what is paid for it", () => {
    const { before, after, changes } = costDelta(tierSettings("free"), tierSettings("pro"));
    expect([before?.knownUsd, after?.knownUsd]).toEqual([0, 45]);
    expect(changes.map(({ label, before, after }) => [label, before, after])).toEqual([
      ["Supabase plan", 0, 25],
      ["Vercel plan", 0, 20],
      ["Supabase compute", 0, 0],
      ["Supabase disk", undefined, 0],
    ]);
    expect(changes[2]).toMatchObject({
      howBefore: "nano $0",
      howAfter: "micro $10 less the plan's credit of $10",
    });
  });

  it("names a price that becomes unknown", () => {
    const { changes } = costDelta(tierSettings("team"), tierSettings("enterprise"));
    expect(changes.find(({ label }) => label === "Supabase plan")).toMatchObject({
      before: 599,
      after: "unknown",
    });
  });

  it("of a stack that is new or gone is all of its lines", () => {
    const settings = tierSettings("pro");
    const { before, after, changes } = costDelta(undefined, settings);
    expect(before).toBeUndefined();
    expect(changes.map(({ label }) => label)).toEqual(after?.lines.map(({ label }) => label));
    expect(costDelta(settings, undefined).changes).toHaveLength(changes.length);
    expect(costDelta(undefined, undefined).changes).toEqual([]);
  });

  it("of a setting without a price is nothing", () => {
    expect(costDelta(testSettings(), testSettings({ rateLimit: { requests: 9 } })).changes).toEqual([]);
  });

  it("of settings and themselves is nothing; backwards it is the mirror", () => {
    fc.assert(
      fc.property(paidSettings, paidSettings, (one, other) => {
        expect(costDelta(one, one).changes).toEqual([]);
        const mirrored = costDelta(other, one).changes.map(({ label, before, after }) => [
          label,
          after,
          before,
        ]);
        const changes = costDelta(one, other).changes.map(({ label, before, after }) => [
          label,
          before,
          after,
        ]);
        expect(changes.sort()).toEqual(mirrored.sort());
      }),
    );
  });
});
