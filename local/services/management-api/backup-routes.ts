import type { Hono } from "hono";
import type { Project } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import type { RecoveryWindow } from "../postgres/recovery.ts";
import { answer, badRequest, body, notFound } from "./answers.ts";

/** What goes back to a moment. */
export interface RecoveryHooks {
  /** Begins to keep what it needs, or ends, as the project's add-ons say. */
  match(project: Project): Promise<void>;
  /** Undefined where nothing is kept. */
  window(): Promise<RecoveryWindow | undefined>;
  restore(project: Project, moment: Date): Promise<void>;
  readonly log: (line: string) => void;
}

/** Whether the project is just being restored. */
export interface Restores {
  readonly running: boolean;
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);

/** Backups of a project: point-in-time recovery where it has the add-on, and no other. */
export function addBackupRoutes(app: Hono, store: Store, hooks: RecoveryHooks): Restores {
  const projects = store.collection("projects");
  const restores = { running: false };

  app.get("/v1/projects/:ref/database/backups", async (context) => {
    const project = projects.get(context.req.param("ref"));
    if (!project) return answer(notFound("Project"));
    const window = await hooks.window();
    return context.json({
      region: project.region,
      walg_enabled: true,
      pitr_enabled: window !== undefined,
      backups: [],
      physical_backup_data: window
        ? {
            earliest_physical_backup_date_unix: seconds(window.since) + 1,
            latest_physical_backup_date_unix: seconds(new Date()),
          }
        : {},
    });
  });

  app.post("/v1/projects/:ref/database/backups/restore-pitr", async (context) => {
    const project = projects.get(context.req.param("ref"));
    if (!project) return answer(notFound("Project"));
    const window = await hooks.window();
    if (!window) return answer(badRequest("Point-in-time recovery is not enabled for this project."));
    const target = (await body(context.req.raw))?.["recovery_time_target_unix"];
    if (typeof target !== "number" || !Number.isInteger(target))
      return answer(badRequest("recovery_time_target_unix: must be an integer"));
    const moment = new Date(target * 1_000);
    if (moment <= window.since || moment > new Date())
      return answer(badRequest("recovery_time_target_unix: must be between the earliest backup and now"));
    if (restores.running) return answer(badRequest("The project is being restored already."));
    restores.running = true;
    void hooks
      .restore(project, moment)
      .catch((error: unknown) => hooks.log(`restore: ${(error as Error).message}`))
      .finally(() => (restores.running = false));
    return context.body(null, 201);
  });
  return restores;
}
