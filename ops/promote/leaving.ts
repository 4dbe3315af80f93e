import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { undoneBy, type LeftSql } from "../sql/files.ts";

/** What a way down means for something that the stack has. */
export interface Leaving {
  readonly what: string;
  readonly how: "goes" | "stays";
  readonly note: string;
}

/** What goes, and what stays although the tier does not bring it. What must not go unasked is refused or accepted elsewhere. */
export function leavings(before: Settings, after: Settings, left: LeftSql): Leaving[] {
  return [...service(before, after), ...backups(before, after), ...database(left)];
}

const goes = (what: string, note: string): Leaving => ({ what, how: "goes", note });

function service(before: Settings, after: Settings): Leaving[] {
  const replicas = before.supabase.replicaRegions.filter(
    (region) => !after.supabase.replicaRegions.includes(region),
  );
  return [
    ...(before.loadBalancer && !after.loadBalancer
      ? [
          goes(
            `the API's host ${before.loadBalancer.host}`,
            "`up` first deploys the app with Supabase's own address, then takes the host away. Pages opened before that fail until they are loaded again: take a quiet hour, and change no plan before `up` is through",
          ),
        ]
      : []),
    ...replicas.map((region) => goes(`the read replica in ${region}`, "its reads go to the database itself")),
    ...(before.redis && !after.redis
      ? [goes("Redis", "a cache and short-lived counters: the database has everything that matters")]
      : []),
    ...(before.monitoring && !after.monitoring
      ? [goes("alerts and health checks", "nobody is told when something fails")]
      : []),
    ...(before.supabase.dedicatedPooler && !after.supabase.dedicatedPooler
      ? [goes("the dedicated pooler", "connections go through the shared one")]
      : []),
  ];
}

function backups(before: Settings, after: Settings): Leaving[] {
  const [old, now] = [supabasePlans[before.plans.supabase], supabasePlans[after.plans.supabase]];
  const days = before.supabase.pointInTimeRecoveryDays;
  const disk = before.supabase.diskGigabytes;
  return [
    ...(after.supabase.pointInTimeRecoveryDays < days
      ? [
          goes(
            `recovery to any second of the last ${days} days`,
            "for good, as soon as `up` is through: --accept recovery-points says that you know",
          ),
        ]
      : []),
    ...(disk !== undefined && after.supabase.diskGigabytes === undefined
      ? [
          goes(
            `the disk of ${disk} GB`,
            `${now.label} holds ${now.databaseGigabytes} GB, and is read-only beyond: the database has to fit`,
          ),
        ]
      : []),
    ...(now.backupDays < old.backupDays
      ? [
          goes(
            now.backupDays === 0 ? "all daily backups" : `daily backups older than ${now.backupDays} days`,
            now.backupDays === 0
              ? `${now.label} makes none: download one first, and make your own from then on`
              : `${now.label} keeps ${now.backupDays} days`,
          ),
        ]
      : []),
    ...(now.pauses && !old.pauses
      ? [goes("being always on", `${now.label} pauses a project after seven idle days`)]
      : []),
  ];
}

function database({ undone, staying }: LeftSql): Leaving[] {
  const goes = undone.map(undoneBy).sort();
  return [
    ...(goes.length > 0
      ? [
          {
            what: `what ${named(goes, staying)} made`,
            how: "goes" as const,
            note: "its ways down undo it, and a promotion makes it again",
          },
        ]
      : []),
    ...(staying.length > 0
      ? [
          {
            what: `what ${named(staying, goes)} made`,
            how: "stays" as const,
            note: `there is no way down: tables and their partitions, functions, schedules and indexes go on as they are${
              staying.some(inTeam) ? ". What is put into the job queue from then on is taken by nobody" : ""
            }`,
          },
        ]
      : []),
  ];
}

const folderOf = (label: string) => label.split("/", 1)[0] ?? "";
const inTeam = (label: string) => folderOf(label) === "team";

/** Those files: by their folder, where the others have none of it. */
function named(labels: readonly string[], others: readonly string[]): string {
  const shared = new Set(others.map(folderOf));
  const names = labels.map((label) => (shared.has(folderOf(label)) ? label : `sql/${folderOf(label)}`));
  return [...new Set(names)].join(", ");
}
