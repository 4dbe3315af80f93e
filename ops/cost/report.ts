import type { Meter } from "../../catalog/prices/meter.ts";
import { spendCapNote } from "../../catalog/prices/supabase.ts";
import type { Tier } from "../../infra/settings/schema.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { guideNote } from "./guide.ts";
import { compareWithGuide, type GuideComparison } from "./guide-comparison.ts";
import { metersOf } from "./meters.ts";
import { nextTier, type NextTier } from "./next-tier.ts";
import { scenarioOf, type Scenario } from "./scenario.ts";
import { stackCost, type StackCost } from "./stack-cost.ts";
import { usageCost, type UsageCost } from "./usage-cost.ts";

/** A stack, or a tier as it comes. */
export interface Subject {
  /** Such as `tier pro` or `stack prod`. */
  readonly name: string;
  readonly settings: Settings;
}

/** Floor, rates and scenario: never one total of them. */
export interface CostReport {
  readonly subjects: readonly SubjectCost[];
  readonly rates: readonly RateInForce[];
  /** What a reader of the figures must know. */
  readonly notes: readonly string[];
}

export interface SubjectCost {
  readonly name: string;
  readonly tier: Tier;
  readonly target: "cloud" | "local";
  readonly floor: StackCost;
  readonly scenario: Scenario;
  readonly usage: UsageCost;
  /** Absent on the local target, which costs nothing. */
  readonly guide?: GuideComparison;
  /** Absent on the last tier and on the local target. */
  readonly next?: NextTier;
}

/** A meter, and the subjects whose plans have it. */
export interface RateInForce extends Meter {
  readonly on: readonly string[];
}

/** What stacks and tiers cost, for their tiers' scenarios, with another number of users where one is given. */
export function costReport(subjects: readonly Subject[], users?: number): CostReport {
  return {
    subjects: subjects.map((subject) => subjectCost(subject, users)),
    rates: ratesInForce(subjects),
    notes: [spendCapNote, guideNote],
  };
}

function subjectCost({ name, settings }: Subject, users: number | undefined): SubjectCost {
  const { tier, target } = settings;
  const floor = stackCost(settings);
  const scenario = scenarioOf(tier, users);
  const usage = usageCost(settings, scenario);
  return {
    name,
    tier,
    target,
    floor,
    scenario,
    usage,
    ...(target === "cloud" && { guide: compareWithGuide(tier, [...floor.lines, ...usage.lines]) }),
    next: nextTier(settings),
  };
}

/** The same meter is told once, with everyone who has it. */
function ratesInForce(subjects: readonly Subject[]): RateInForce[] {
  const rates = new Map<string, { meter: Meter; on: string[] }>();
  for (const { name, settings } of subjects) {
    for (const meter of Object.values(metersOf(settings))) {
      const key = JSON.stringify(meter);
      const rate = rates.get(key) ?? { meter, on: [] };
      rates.set(key, { meter, on: [...rate.on, name] });
    }
  }
  return [...rates.values()]
    .map(({ meter, on }) => ({ ...meter, on }))
    .sort((left, right) => left.name.localeCompare(right.name, "en"));
}
