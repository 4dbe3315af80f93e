import type { Problem } from "../../catalog/problem.ts";
import { costDelta, type CostDelta } from "../cost/cost-delta.ts";
import type { PlanReport } from "../plan/plan.ts";
import { changesBetween, type ResourceChange } from "../review/changes.ts";
import { projectRoot } from "../root.ts";
import { readLeft, readSql, type SqlFile } from "../sql/files.ts";
import type { Verb } from "./arguments.ts";
import { byHand, type ByHand } from "./by-hand.ts";
import { leavings, type Leaving } from "./leaving.ts";
import { crossedLimits, type CrossedLimit } from "./limits.ts";

/** What the new configuration leads to. */
export interface Effect {
  readonly changes: readonly ResourceChange[];
  /** Files of SQL that come new. */
  readonly sql: readonly SqlFile[];
  /** Ways down of SQL that the stack leaves, in the order in which they are run. */
  readonly undone: readonly SqlFile[];
  readonly cost: CostDelta;
  readonly limits: readonly CrossedLimit[];
  readonly byHand: readonly ByHand[];
  readonly leavings: readonly Leaving[];
  /** What is open before the first `up` of the stack, whatever its tier. */
  readonly beforeUp: readonly Problem[];
}

/** Compares two plans of a stack in everything that an operator asks about. */
export async function effectOf(verb: Verb, before: PlanReport, after: PlanReport): Promise<Effect> {
  const applied = new Set(before.settings.database.sql);
  const kept = after.settings.database.sql;
  const files = await readSql(projectRoot, kept);
  const left = await readLeft(
    projectRoot,
    before.settings.database.sql.filter((folder) => !kept.includes(folder)),
  );
  return {
    changes: changesBetween(before.resources, after.resources),
    sql: files.filter(({ label }) => !applied.has(label.split("/", 1)[0] ?? "")),
    undone: left.undone,
    cost: costDelta(before.settings, after.settings),
    limits: crossedLimits(before.settings, after.settings),
    byHand: byHand(verb, before.settings, after.settings),
    leavings: verb === "demote" ? leavings(before.settings, after.settings, left) : [],
    beforeUp: after.beforeUp,
  };
}
