import { Hono, type MiddlewareHandler } from "hono";
import type { Accounts, EdgeFunction, Project } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { sameText } from "../http/same-text.ts";
import { addAccountsRoute } from "./accounts.ts";
import { answer, badRequest, body, notFound } from "./answers.ts";
import { addPlansRoute } from "./plans.ts";
import { parsePoolerChange, poolerConfiguration, poolerConfigurations } from "./pooler.ts";
import { addScaleRoutes } from "./scale-routes.ts";

/** What Supabase's Management API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but a project, its pooler, functions, add-ons, disk, read replicas and Realtime's limits, and an organization",
  "default_pool_size and pool_mode: stored; connections go straight to Postgres",
  "read replicas: recorded; there is one Postgres on this machine, and it answers all reads",
  "point-in-time recovery, IPv4 addresses, disk sizes, Realtime: checked and recorded",
  "rate limits of the API",
];

export interface ManagementApiOptions {
  store: Store;
  /** The one personal access token that is accepted. */
  token: string;
}

/** Supabase's Management API, as far as the program's own resources need it: below `/v1`, with a bearer token. */
export function createManagementApi({ store, token }: ManagementApiOptions): Hono {
  const app = new Hono();
  const projects = store.collection("projects");
  const functions = store.collection("edgeFunctions");

  const authorized: MiddlewareHandler = async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    if (given === undefined || !sameText(given, token)) return context.json({ message: "Unauthorized" }, 401);
    return next();
  };
  app.use("/v1/*", authorized);
  app.use("/local/*", authorized);

  const status = () => store.collection("accounts").get("accounts")?.supabase.projectStatus;

  addPlansRoute(app, store);
  addAccountsRoute(app, store);

  app.get("/v1/projects/:ref", (context) => {
    const project = projects.get(context.req.param("ref"));
    return project ? context.json(describeProject(project, status())) : answer(notFound("Project"));
  });

  app.get("/v1/projects/:ref/config/database/pooler", (context) => {
    const project = projects.get(context.req.param("ref"));
    return project ? context.json(poolerConfigurations(store, project)) : answer(notFound("Project"));
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

  addScaleRoutes(app, store);

  app.get("/v1/projects/:ref/functions/:slug", (context) => {
    const { ref, slug } = context.req.param();
    const found = functions.get(`${ref}/${slug}`);
    return found ? context.json(describeFunction(found)) : answer(notFound("Function"));
  });

  app.patch("/v1/projects/:ref/functions/:slug", async (context) => {
    const { ref, slug } = context.req.param();
    const found = functions.get(`${ref}/${slug}`);
    if (!found) return answer(notFound("Function"));
    const change = await body(context.req.raw);
    const { verify_jwt: verifyJwt = found.verifyJwt, name = found.name } = change ?? {};
    if (typeof verifyJwt !== "boolean") return answer(badRequest("verify_jwt: must be a boolean"));
    if (typeof name !== "string" || name === "") return answer(badRequest("name: must be a string"));
    const changed = { ...found, verifyJwt, name, updatedAt: Date.now() };
    functions.put(`${ref}/${slug}`, changed);
    return context.json(describeFunction(changed));
  });

  app.get("/v1/organizations/:slug", (context) => {
    const supabase = store.collection("accounts").get("accounts")?.supabase;
    const slug = context.req.param("slug");
    if (supabase?.organizationId !== slug) return answer(notFound("Organization"));
    return context.json({
      id: slug,
      name: slug,
      plan: supabase.plan,
      opt_in_tags: [],
      allowed_release_channels: ["ga"],
    });
  });

  app.notFound((context) =>
    context.json(
      { message: `Cannot ${context.req.method} ${context.req.path}: not part of the local target` },
      404,
    ),
  );
  return app;
}

function describeProject(project: Project, status: Accounts["supabase"]["projectStatus"]) {
  return {
    id: project.ref,
    ref: project.ref,
    organization_id: project.organizationId,
    organization_slug: project.organizationId,
    name: project.name,
    region: project.region,
    status: status ?? "ACTIVE_HEALTHY",
    database: { host: "127.0.0.1", version: "17", postgres_engine: "17", release_channel: "ga" },
  };
}

function describeFunction(found: EdgeFunction) {
  return {
    id: `${found.projectRef}/${found.slug}`,
    slug: found.slug,
    name: found.name,
    status: "ACTIVE",
    version: found.version,
    created_at: found.createdAt,
    updated_at: found.updatedAt,
    verify_jwt: found.verifyJwt,
    ezbr_sha256: found.checksum,
  };
}
