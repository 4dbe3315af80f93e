import { RefusedError } from "../../catalog/problem.ts";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { settingsOf } from "../../infra/settings/settings.ts";
import { projectRoot } from "../root.ts";
import { stackEngine, type StackEngine } from "../stack-engine.ts";
import { nameOf, parseState, type StackState, type StateResource } from "../stack-state.ts";
import { step } from "../steps.ts";
import { tokenVariables, vendorClients } from "../vendors/clients.ts";
import { backupsOf, type Backups } from "./backups.ts";
import { goBack } from "./go-back.ts";
import { momentOf } from "./moment.ts";

export interface RestoreOptions {
  readonly stack: string;
  /** The moment to go back to; absent to be told only what can be gone back to. */
  readonly to?: string;
  /** The database was restored by other means: only bring it in line with the program. */
  readonly reapply?: boolean;
  /** Is told what will happen; false ends it before anything has. */
  readonly sure: (summary: readonly string[]) => Promise<boolean>;
  /** Before the engine is at work: waits for another that is. */
  readonly beforeUpdate?: () => Promise<unknown>;
}

export interface Restored {
  readonly project: string;
  readonly backups: Backups;
  /** Absent where the database was left as it is. */
  readonly restoredTo?: Date;
  /** Whether the program's SQL was applied again. */
  readonly reapplied: boolean;
}

/** What of the program works on the inside of the database, and so has to be done again on another one. */
const onDatabase = (resource: StateResource) =>
  resource.type === "command:local:Command" &&
  ["database-migrations", "backend-function-calls"].some((name) => nameOf(resource).startsWith(name));

/**
 * Takes a stack's database back to a moment, and brings it in line with the program again: its SQL, and what calls its
 * functions.
 * @returns undefined where nobody was sure
 * @throws RefusedError before anything has happened, VendorRefusal, EngineFailure
 */
export async function restore(options: RestoreOptions): Promise<Restored | undefined> {
  const { stack, to, reapply = false, sure } = options;
  const { values, secretKeys } = readStackFile(projectRoot, stack);
  const engine = await stackEngine(stack);
  const settings = settingsOf(
    stack,
    { values, secretKeys: new Set(secretKeys) },
    engine.environment,
    "apply",
  );
  const supabase = vendorClients(settings, engine.environment).supabase;
  if (!supabase)
    throw refused(
      stack,
      tokenVariables.supabase,
      "(not set)",
      "Supabase's API is what restores",
      `Set ${tokenVariables.supabase} in the environment.`,
    );
  const state = parseState(await engine.output(["stack", "export"]));
  const project = state.resources.find(({ type }) => type === "supabase:index/project:Project")?.id;
  if (!project)
    throw refused(
      stack,
      "the Supabase project",
      "none",
      "the stack was never applied, so there is nothing to restore",
      `Apply it: npm run pulumi -- up -s ${stack}`,
    );

  const backups = await backupsOf(supabase, project);
  const moment = to === undefined ? undefined : momentOf(to, backups, stack, project);
  if (!moment && !reapply) return { project, backups, reapplied: false };
  if (!(await sure(summary(options, project, moment)))) return undefined;
  if (moment)
    await step(`Restoring to ${moment.toISOString()}`, (progress) =>
      goBack(supabase, project, moment, { progress }),
    );
  await bringInLine(engine, state, options);
  return { project, backups, ...(moment && { restoredTo: moment }), reapplied: true };
}

function summary({ stack }: RestoreOptions, project: string, moment: Date | undefined): string[] {
  const again = "Then the program's SQL that is missing in it is applied again.";
  if (!moment)
    return [`The database of stack ${stack} (project ${project}) was restored by other means.`, again];
  return [
    `The database of stack ${stack} (project ${project}) goes back to ${moment.toISOString()}.`,
    "What was written to it since then is lost, and nobody reaches it meanwhile. Files in the bucket stay as they are.",
    again,
  ];
}

/** An older database lacks what came since, and the engine, which knows that it was applied, would not apply it again. */
async function bringInLine(engine: StackEngine, state: StackState, options: RestoreOptions): Promise<void> {
  const replaced = state.resources.filter(onDatabase).flatMap(({ urn }) => ["--target-replace", urn]);
  await step("The program's SQL, where it is missing", async () => {
    await options.beforeUpdate?.();
    await engine.output(["up", "--yes", "--skip-preview", "--suppress-outputs", ...replaced]);
  });
}

function refused(stack: string, key: string, value: string, limit: string, fix: string): RefusedError {
  return new RefusedError(`Stack ${stack}`, [{ key, value, limit, fix }]);
}
