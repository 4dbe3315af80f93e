import { RefusedError, type Problem } from "../../catalog/problem.ts";
import type { History } from "./history.ts";
import type { Migration } from "./migrations.ts";

/**
 * What is still to be applied, in order.
 *
 * Order is kept within a folder: a stack that moves to a higher tier applies that tier's folder from its beginning,
 * although later versions of the lower tiers are in place. A file with a way down may come again after later ones: where
 * the folder was left, it was undone, and those of them that have no way down stayed.
 * @param migrations in order
 * @throws RefusedError naming every file that changed after it was applied or that comes too late
 */
export function pendingMigrations(migrations: readonly Migration[], history: History): Migration[] {
  const problems = editedFiles(migrations, history);
  const pending = migrations.filter((migration) => !history.has(migration.version));
  for (const migration of pending.filter(({ down }) => down === undefined)) {
    const later = migrations.findLast(
      ({ folder, version }) =>
        folder === migration.folder && version > migration.version && history.has(version),
    );
    if (later) {
      problems.push({
        key: migration.label,
        value: `version ${migration.version}`,
        limit: `${later.label} comes after it and is applied already`,
        fix: "Give the file a later version.",
      });
    }
  }
  if (problems.length > 0) throw new RefusedError("The SQL", problems);
  return pending;
}

/**
 * What of the folders that are left is to be undone, the latest first. What has no way down stays, and in the history.
 * @param migrations of those folders, in order
 * @throws RefusedError naming every file that changed after it was applied: its way down may not fit what is there
 */
export function migrationsToUndo(migrations: readonly Migration[], history: History): Migration[] {
  const undone = migrations.filter(({ version, down }) => down !== undefined && history.has(version));
  const problems = editedFiles(undone, history);
  if (problems.length > 0) throw new RefusedError("The SQL", problems);
  return undone.reverse();
}

function editedFiles(migrations: readonly Migration[], history: History): Problem[] {
  return migrations.flatMap(({ version, label, sha256 }) => {
    const applied = history.get(version);
    if (applied === undefined || applied === sha256) return [];
    return [
      {
        key: label,
        value: `SHA-256 ${sha256}`,
        limit: `it was applied with SHA-256 ${applied}`,
        fix: "Restore the file as it was and put the change in a new one.",
      },
    ];
  });
}
