import { uses, wallOf, type Use } from "../../catalog/prices/meter.ts";
import { tierNames, type Tier } from "../../infra/settings/schema.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { cents, type Sum } from "./amount.ts";
import { leastReaching } from "./bisect.ts";
import { metersOf } from "./meters.ts";
import { scenarioOf } from "./scenario.ts";
import { stackCost } from "./stack-cost.ts";
import { tierSettings } from "./tier-settings.ts";
import { usageOf } from "./usage.ts";
import { usageCost } from "./usage-cost.ts";

/** At how many users, in a tier's scenario, it is time for the next. Its unknown prices are in no comparison. */
export interface NextTier {
  readonly to: Tier;
  /** What the next tier costs before its first user. */
  readonly floor: Sum;
  /** Users whose use, beyond what is included here, costs as much as that floor; absent where none do. */
  readonly byCost?: number;
  /** What this tier refuses, whatever is paid, the first to be reached first. */
  readonly limits: readonly Limit[];
  /** The first of all of these; absent where there is none. */
  readonly move?: Move;
}

/** A wall of this tier, and the users at which it is reached. */
export interface Limit {
  readonly name: string;
  readonly most: number;
  readonly unit: string;
  readonly users: number;
  /** What moves it without another plan, in words. */
  readonly raise?: string;
}

export interface Move {
  readonly users: number;
  readonly because: "cost" | Limit;
  /** Floor and use for that many users on this tier and on the next, US dollars: what is known of them. */
  readonly hereUsd: number;
  readonly thereUsd: number;
}

/** No scenario is asked about more users. */
export const mostUsers = 100_000_000;

/** The step up from a stack's tier, with its own settings here and the next tier's defaults there; none from the last. */
export function nextTier(settings: Settings): NextTier | undefined {
  const to = tierNames[tierNames.indexOf(settings.tier) + 1];
  if (!to || settings.target === "local") return undefined;
  const next = tierSettings(to);
  const floor = stackCost(next);
  const scenario = (users: number) => scenarioOf(settings.tier, users);
  const useUsd = (of: Settings, users: number) => usageCost(of, scenario(users)).knownUsd;
  const totalUsd = (of: Settings, users: number) => cents(stackCost(of).knownUsd + useUsd(of, users));

  const byCost = leastReaching((users) => useUsd(settings, users) >= floor.knownUsd, mostUsers);
  const limits = limitsOf(settings);
  const [first] = limits;
  const because = first && first.users <= (byCost ?? Infinity) ? first : "cost";
  const users = because === "cost" ? byCost : because.users;
  return {
    to,
    floor: { knownUsd: floor.knownUsd, unknown: floor.unknown },
    byCost,
    limits,
    ...(users !== undefined && {
      move: { users, because, hereUsd: totalUsd(settings, users), thereUsd: totalUsd(next, users) },
    }),
  };
}

function limitsOf(settings: Settings): Limit[] {
  const meters = metersOf(settings);
  return uses
    .flatMap((use: Use) => {
      const meter = meters[use];
      if (!meter) return [];
      const most = wallOf(meter);
      const used = (users: number) => usageOf(scenarioOf(settings.tier, users))[use].quantity;
      const users = leastReaching((count) => used(count) > most, mostUsers);
      const { name, unit, raise } = meter;
      return users === undefined ? [] : [{ name, most, unit, users, raise }];
    })
    .sort((left, right) => left.users - right.users);
}
