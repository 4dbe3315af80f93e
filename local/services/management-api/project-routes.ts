import pg from "pg";
import type { Hono } from "hono";
import { catalogEntry } from "../../../catalog/catalog.ts";
import { formatProblem } from "../../../catalog/problem.ts";
import { checkResource } from "../../../catalog/rules/index.ts";
import type { ProviderHooks } from "../../providers/behaviour.ts";
import { projectRef } from "../../providers/ids.ts";
import type { Accounts, Project } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { answer, badRequest, body, notFound } from "./answers.ts";

/** What the API causes outside the store. */
export type ManagementHooks = Pick<
  ProviderHooks,
  "createProject" | "updateProject" | "projectKeys" | "poolerUrl" | "functionsDirectory"
>;

export function describeProject(project: Project, status: Accounts["supabase"]["projectStatus"]) {
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

/** Projects: made, renamed, their database asked, their keys told. */
export function addProjectRoutes(app: Hono, store: Store, hooks: ManagementHooks): void {
  const projects = store.collection("projects");
  const supabase = () => store.collection("accounts").get("accounts")?.supabase;

  app.post("/v1/projects", async (context) => {
    const given = await body(context.req.raw);
    const selection = given?.["region_selection"] as { code?: unknown } | undefined;
    const inputs = {
      name: given?.["name"],
      organizationId: given?.["organization_slug"] ?? given?.["organization_id"],
      region: given?.["region"] ?? selection?.code,
      databasePassword: given?.["db_pass"],
      ...(given?.["desired_instance_size"] !== undefined && { instanceSize: given["desired_instance_size"] }),
    };
    const account = supabase();
    const problems = checkResource(catalogEntry("supabase:index/project:Project")!, inputs, {
      supabasePlan: account?.plan,
    });
    if (typeof inputs.name !== "string") return answer(badRequest("name: must be a string"));
    if (problems.length > 0) return answer(badRequest(problems.map(formatProblem).join("; ")));
    if (inputs.organizationId !== account?.organizationId) return answer(notFound("Organization"));
    if (projects.list().length > 0)
      return answer(badRequest("the local target runs one project, and it has one already"));
    const project: Project = {
      urn: "",
      ref: projectRef(),
      name: inputs.name,
      organizationId: String(inputs.organizationId),
      region: String(inputs.region),
      databasePassword: String(inputs.databasePassword),
      instanceSize: String(inputs.instanceSize ?? (account?.plan === "free" ? "nano" : "micro")),
    };
    projects.put(project.ref, project);
    await hooks.createProject(project);
    return context.json(describeProject(project, account?.projectStatus), 201);
  });

  app.patch("/v1/projects/:ref", async (context) => {
    const project = projects.get(context.req.param("ref"));
    if (!project) return answer(notFound("Project"));
    const name = (await body(context.req.raw))?.["name"];
    if (typeof name !== "string" || name === "") return answer(badRequest("name: must be a string"));
    projects.put(project.ref, { ...project, name });
    return context.json({ id: project.ref, ref: project.ref, name });
  });

  app.patch("/v1/projects/:ref/database/password", async (context) => {
    const project = projects.get(context.req.param("ref"));
    if (!project) return answer(notFound("Project"));
    const password = (await body(context.req.raw))?.["password"];
    if (typeof password !== "string" || password.length < 4)
      return answer(badRequest("password: must have at least 4 characters"));
    const changed = { ...project, databasePassword: password };
    projects.put(project.ref, changed);
    await hooks.updateProject(changed);
    return context.json({ message: "Password updated" });
  });

  app.post("/v1/projects/:ref/database/query", async (context) => {
    const project = projects.get(context.req.param("ref"));
    if (!project) return answer(notFound("Project"));
    const query = (await body(context.req.raw))?.["query"];
    if (typeof query !== "string" || query === "") return answer(badRequest("query: must be a string"));
    const password = encodeURIComponent(project.databasePassword);
    const client = new pg.Client(hooks.poolerUrl(project.ref).replace("[YOUR-PASSWORD]", password));
    try {
      await client.connect();
      const result = (await client.query(query)) as pg.QueryResult | pg.QueryResult[];
      const last = Array.isArray(result) ? result.at(-1) : result;
      return context.json((last?.rows ?? []) as object[], 201);
    } catch (error) {
      return answer(badRequest(`Failed to run sql query: ${(error as Error).message}`));
    } finally {
      await client.end();
    }
  });

  app.get("/v1/projects/:ref/api-keys", (context) => {
    const project = projects.get(context.req.param("ref"));
    if (!project) return answer(notFound("Project"));
    const { anonKey, serviceRoleKey, publishableKey, secretKey } = hooks.projectKeys(project.ref);
    return context.json([
      { name: "anon", type: "legacy", api_key: anonKey },
      { name: "service_role", type: "legacy", api_key: serviceRoleKey },
      { name: "default", type: "publishable", api_key: publishableKey },
      { name: "default", type: "secret", api_key: secretKey },
    ]);
  });
}
