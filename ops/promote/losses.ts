import type { Problem } from "../../catalog/problem.ts";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { leftBehind, mayLeaveBehind } from "../../infra/data-loss/database.ts";
import { dataLoss } from "../../infra/data-loss/index.ts";
import { redact } from "../../infra/database/connection.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import type { PlanReport } from "../plan/plan.ts";
import type { Acceptable } from "./arguments.ts";
import type { DatabaseAccess } from "./database-access.ts";

export interface LossOptions {
  readonly accept: readonly Acceptable[];
  /** Asked only where something can be left behind in the database. */
  readonly database: () => Promise<DatabaseAccess>;
}

/** Everything that would be lost on the way from one plan of a stack to another, and must not be. */
export async function losses(before: PlanReport, after: Settings, options: LossOptions): Promise<Problem[]> {
  const deployed = before.resources.map(({ type, inputs }) => ({ type, outputs: inputs }));
  return [
    ...dataLoss(after, deployed),
    ...shrinkingDisk(before.settings, after),
    ...recoveryPoints(before.settings, after, options.accept),
    ...(await inDatabase(before.settings, after, options)),
  ];
}

function shrinkingDisk(
  { supabase: { diskGigabytes: old = 0 } }: Settings,
  { supabase }: Settings,
): Problem[] {
  if (supabase.diskGigabytes === undefined || supabase.diskGigabytes >= old) return [];
  return [
    {
      key: "lavlay:supabase.diskGigabytes",
      value: `${old} → ${supabase.diskGigabytes} GB`,
      limit: "a disk grows and never shrinks",
      fix: `Leave it at ${old}.`,
      see: "https://supabase.com/docs/guides/platform/database-size",
    },
  ];
}

function recoveryPoints(
  { supabase: { pointInTimeRecoveryDays: old } }: Settings,
  { supabase: { pointInTimeRecoveryDays: now } }: Settings,
  accept: readonly Acceptable[],
): Problem[] {
  if (now >= old || accept.includes("recovery-points")) return [];
  return [
    {
      key: "lavlay:supabase.pointInTimeRecoveryDays",
      value: `${old} → ${now} days`,
      limit: `the database can then no longer be set back to a moment ${now === 0 ? `of the last ${old}` : `more than ${now}`} days${now === 0 ? "" : " ago"}`,
      fix: `Say that you know with --accept recovery-points, or keep them, on a plan that sells them, with --set lavlay:supabase.pointInTimeRecoveryDays=${old}.`,
      see: "https://supabase.com/docs/guides/platform/backups#point-in-time-recovery",
    },
  ];
}

/** Nobody is asked as long as the stack keeps its queue and room to grow: then nothing can be left behind. */
async function inDatabase(before: Settings, after: Settings, { database }: LossOptions): Promise<Problem[]> {
  const from = before.database.sql;
  const grows = ({ plans }: Settings) => supabasePlans[plans.supabase].diskGrows;
  if (!mayLeaveBehind(from, after) && (grows(after) || !grows(before))) return [];
  const access = await database();
  if ("problem" in access) return [access.problem];
  const problems = await leftBehind(access.url, from, after);
  return problems.map((problem) => ({ ...problem, value: redact(problem.value, access.url) }));
}
