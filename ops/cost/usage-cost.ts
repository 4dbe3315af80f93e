import { uses, wallOf, type Meter } from "../../catalog/prices/meter.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { cents, sumOf, type Amount, type CostLine, type Sum } from "./amount.ts";
import { metersOf } from "./meters.ts";
import type { Scenario } from "./scenario.ts";
import { arithmeticError, usageOf } from "./usage.ts";

/** What a scenario costs a month on top of the floor. */
export interface UsageCost extends Sum {
  readonly lines: readonly UsageLine[];
}

/** One metered use: its cost line, with `label` the meter's name and `how` the scenario's words. */
export interface UsageLine extends CostLine {
  readonly unit: string;
  readonly used: number;
  readonly included: number | "unknown";
  /** Units beyond what is included that are charged. */
  readonly charged: number | "unknown";
  /** Units that are refused: more than the plan has for sale. */
  readonly refused: number;
}

/** Prices what a scenario uses by the meters of a stack's plans. What is refused costs nothing. */
export function usageCost(settings: Settings, scenario: Scenario): UsageCost {
  const usage = usageOf(scenario);
  const meters = metersOf(settings);
  const lines = uses.flatMap((use) => {
    const meter = meters[use];
    return meter ? [usageLine(meter, usage[use].quantity, usage[use].how)] : [];
  });
  return { lines, ...sumOf(lines) };
}

function usageLine(meter: Meter, used: number, how: string): UsageLine {
  const served = Math.min(used, wallOf(meter));
  const charged = chargedUnits(meter, served);
  return {
    label: meter.name,
    monthlyUsd: priceOf(meter, charged),
    how,
    source: meter.source,
    unit: meter.unit,
    used,
    included: meter.included,
    charged,
    refused: used - served,
  };
}

/** Units beyond what is included; rounded up to the whole unit first where the vendor does so. */
function chargedUnits({ included, rate }: Meter, used: number): number | "unknown" {
  if (used === 0 || rate === "free") return 0;
  if (included === "unknown") return "unknown";
  const whole = typeof rate === "object" && rate.wholeUnits;
  const billed = whole ? Math.ceil(used / rate.per - arithmeticError) * rate.per : used;
  return Math.max(0, billed - included);
}

function priceOf({ rate }: Meter, charged: number | "unknown"): Amount {
  if (charged === 0 || rate === "free" || rate === "none") return 0;
  if (charged === "unknown" || rate === "unknown") return "unknown";
  return cents((charged / rate.per) * rate.usd);
}
