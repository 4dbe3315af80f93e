import { RefusedError, type Problem } from "../../catalog/problem.ts";
import type { History } from "./history.ts";
import type { Migration } from "./migrations.ts";

/**
 * What is still to be applied, in order.
 *
 * Order is kept within a folder: a stack that moves to a higher tier applies that tier's folder from its beginning,
 * although later versions of the lower tiers are in place.
 * @param migrations in order
 * @throws RefusedError naming every file that changed after it was applied or that comes too late
 */
export function pendingMigrations(migrations: readonly Migration[], history: History): Migration[] {
  const problems: Problem[] = [];
  const pending = migrations.filter((migration) => !history.has(migration.version));
  for (const migration of migrations) {
    const applied = history.get(migration.version);
    if (applied !== undefined && applied !== migration.sha256) {
      problems.push({
        key: migration.label,
        value: `SHA-256 ${migration.sha256}`,
        limit: `it was applied with SHA-256 ${applied}`,
        fix: "Restore the file as it was and put the change in a new one.",
      });
    }
  }
  for (const migration of pending) {
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
