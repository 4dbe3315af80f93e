import { Hono, type MiddlewareHandler } from "hono";
import type { Store } from "../../state/store.ts";
import type { FunctionCall } from "../functions/calls.ts";
import { sameText } from "../http/same-text.ts";
import { addAccountsRoute } from "./accounts.ts";
import { answer, badRequest, body, notFound } from "./answers.ts";
import { addDeployRoutes, addFunctionRoutes } from "./function-routes.ts";
import { addOrganizationRoutes } from "./organization-routes.ts";
import { addBackupRoutes, type RecoveryHooks } from "./backup-routes.ts";
import { addLogRoute } from "./log-routes.ts";
import { addPlansRoute } from "./plans.ts";
import { parsePoolerChange, poolerConfiguration, poolerConfigurations } from "./pooler.ts";
import { addProjectRoutes, describeProject, type ManagementHooks } from "./project-routes.ts";
import { addScaleRoutes } from "./scale-routes.ts";
import { addSecretRoutes } from "./secret-routes.ts";
import { addSettingsRoutes } from "./settings-routes.ts";

/** What Supabase's Management API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but those that the program, its provider and the verbs of this package call",
  "settings, secrets and functions: the few keys that this package declares have their defaults, others none",
  "default_pool_size and pool_mode: stored; connections go straight to Postgres",
  "read replicas: recorded; there is one Postgres on this machine, and it answers all reads",
  "IPv4 addresses, disk sizes: checked and recorded",
  "backups other than point-in-time recovery's, whose window begins anew with each restore and never ends",
  "logs: of function_edge_logs the fields asked for, newest first; no conditions, no other log",
  "rate limits of the API",
];

export interface ManagementApiOptions {
  store: Store;
  /** The one personal access token that is accepted. */
  token: string;
  /** What the making of projects and functions starts; absent where they are only to be read. */
  hooks?: ManagementHooks;
  /** What functions were called of late; absent where none run. */
  functionCalls?: () => readonly FunctionCall[];
  /** What goes back to a moment; absent where nothing is to. */
  recovery?: RecoveryHooks;
}

/** Supabase's Management API, as far as the program's own resources need it: below `/v1`, with a bearer token. */
export function createManagementApi(options: ManagementApiOptions): Hono {
  const { store, token, hooks, recovery, functionCalls } = options;
  const app = new Hono();
  const projects = store.collection("projects");

  const authorized: MiddlewareHandler = async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    if (given === undefined || !sameText(given, token)) return context.json({ message: "Unauthorized" }, 401);
    return next();
  };
  app.use("/v1/*", authorized);
  app.use("/local/*", authorized);

  const restores = recovery && addBackupRoutes(app, store, recovery);
  const status = () =>
    restores?.running ? "RESTORING" : store.collection("accounts").get("accounts")?.supabase.projectStatus;

  addPlansRoute(app, store);
  addAccountsRoute(app, store);

  app.get("/v1/projects", (context) =>
    context.json(projects.list().map((project) => describeProject(project, status()))),
  );

  app.get("/v1/projects/:ref", (context) => {
    const project = projects.get(context.req.param("ref"));
    return project ? context.json(describeProject(project, status())) : answer(notFound("Project"));
  });

  app.get("/v1/projects/:ref/config/database/pooler", (context) => {
    const project = projects.get(context.req.param("ref"));
    return project
      ? context.json(poolerConfigurations(store, project, hooks?.poolerUrl(project.ref)))
      : answer(notFound("Project"));
  });

  app.patch("/v1/projects/:ref/config/database/pooler", async (context) => {
    const project = projects.get(context.req.param("ref"));
    if (!project) return answer(notFound("Project"));
    const change = parsePoolerChange(await body(context.req.raw));
    if (typeof change === "string") return answer(badRequest(change));
    const { default_pool_size, pool_mode } = { ...poolerConfiguration(store, project), ...change };
    store.collection("poolers").put(project.ref, { projectRef: project.ref, default_pool_size, pool_mode });
    return context.json({ default_pool_size, pool_mode });
  });

  addScaleRoutes(app, store, (project) => recovery?.match(project));
  addSettingsRoutes(app, store);
  addSecretRoutes(app, store);
  addFunctionRoutes(app, store);
  addLogRoute(app, store, () => functionCalls?.() ?? []);
  if (hooks) {
    addProjectRoutes(app, store, hooks);
    addDeployRoutes(app, store, hooks);
  }

  addOrganizationRoutes(app, store);

  app.notFound((context) =>
    context.json(
      { message: `Cannot ${context.req.method} ${context.req.path}: not part of the local target` },
      404,
    ),
  );
  return app;
}
