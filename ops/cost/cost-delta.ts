import type { Settings } from "../../infra/settings/settings.ts";
import type { Amount, CostLine } from "./amount.ts";
import { stackCost, type StackCost } from "./stack-cost.ts";

/** What a change of a stack's settings does to its floor. */
export interface CostDelta {
  /** Absent for a stack that is new. */
  readonly before?: StackCost;
  /** Absent for a stack that goes. */
  readonly after?: StackCost;
  /** Lines that differ in amount or in how it is made up: in the order of `after`, then those that go. */
  readonly changes: readonly CostChange[];
}

/** One line of the floor, before and after; absent where there is none. */
export interface CostChange {
  readonly label: string;
  readonly before?: Amount;
  readonly after?: Amount;
  readonly howBefore?: string;
  readonly howAfter?: string;
}

/** The floor's lines that a change of settings changes. The same for the same settings, in the same order. */
export function costDelta(before: Settings | undefined, after: Settings | undefined): CostDelta {
  const old = before && stackCost(before);
  const now = after && stackCost(after);
  const oldLines = byLabel(old);
  const newLines = byLabel(now);
  const changes = [...new Set([...newLines.keys(), ...oldLines.keys()])].flatMap((label) => {
    const [from, to] = [oldLines.get(label), newLines.get(label)];
    if (from?.monthlyUsd === to?.monthlyUsd && from?.how === to?.how) return [];
    return [
      { label, before: from?.monthlyUsd, after: to?.monthlyUsd, howBefore: from?.how, howAfter: to?.how },
    ];
  });
  return { before: old, after: now, changes };
}

function byLabel(cost: StackCost | undefined): Map<string, CostLine> {
  return new Map(cost?.lines.map((line) => [line.label, line]));
}
