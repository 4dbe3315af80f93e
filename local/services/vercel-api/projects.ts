import type { Hono } from "hono";
import { catalogEntry } from "../../../catalog/catalog.ts";
import { withDefaults } from "../../../catalog/defaults.ts";
import { variableId, vercelId } from "../../providers/ids.ts";
import { vendorDefaults } from "../../providers/vercel/project.ts";
import type { Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { body } from "../http/body.ts";
import { refusal } from "./refusal.ts";

type Project = Model["webProjects"];
type Variable = Model["webEnvironmentVariables"];

/** The project of that id or name. */
export function projectOf(store: Store, idOrName: string | undefined): Project | undefined {
  return store
    .collection("webProjects")
    .list()
    .find(({ id, name }) => id === idOrName || name === idOrName);
}

export const noProject = () => refusal(404, "not_found", "Project not found");

const describe = ({ id, name, properties }: Project) => ({
  ...properties,
  framework: properties["framework"] ?? null,
  id,
  name,
  accountId: "local",
});

/** Web projects, with the hosts that show them and the variables of their builds. Paths may name any version. */
export function addProjectRoutes(app: Hono, store: Store): void {
  const projects = store.collection("webProjects");
  app.get("/:version/projects", (context) => {
    const all = projects.list();
    return context.json({
      projects: all.map(describe),
      pagination: { count: all.length, next: null, prev: null },
    });
  });
  app.post("/:version/projects", async (context) => {
    const { name } = await body(context.req.raw);
    if (typeof name !== "string" || !/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name))
      return refusal(400, "bad_request", "name: up to 100 lower-case letters, digits, '.', '_' and '-'");
    if (projectOf(store, name))
      return refusal(409, "conflict", `The project ${name} already exists, please use a new name.`);
    const properties = withDefaults(catalogEntry("vercel:index/project:Project")!, {
      ...vendorDefaults,
      name,
    });
    const project = { urn: "", id: vercelId("prj"), name, properties };
    projects.put(project.id, project);
    return context.json(describe(project));
  });
  app.get("/:version/projects/:project", (context) => {
    const found = projectOf(store, context.req.param("project"));
    return found ? context.json(describe(found)) : noProject();
  });
  app.patch("/:version/projects/:project", async (context) => {
    const found = projectOf(store, context.req.param("project"));
    if (!found) return noProject();
    const change = await body(context.req.raw);
    const name = String(change["name"] ?? found.name);
    const changed = { ...found, name, properties: { ...found.properties, ...change, name } };
    projects.put(found.id, changed);
    return context.json(describe(changed));
  });
  addDomainRoutes(app, store);
  addVariableRoutes(app, store);
}

function addDomainRoutes(app: Hono, store: Store): void {
  const domains = store.collection("webDomains");
  const path = "/:version/projects/:project/domains";
  const tell = ({ domain, projectId }: Model["webDomains"]) => ({
    name: domain,
    apexName: domain.split(".").slice(-2).join("."),
    projectId,
    redirect: null,
    gitBranch: null,
    verified: true,
  });
  app.get(path, (context) => {
    const project = projectOf(store, context.req.param("project"));
    if (!project) return noProject();
    const own = domains.list().filter(({ projectId }) => projectId === project.id);
    return context.json({
      domains: own.map(tell),
      pagination: { count: own.length, next: null, prev: null },
    });
  });
  app.get(`${path}/:domain`, (context) => {
    const project = projectOf(store, context.req.param("project"));
    const found = domains.get(context.req.param("domain"));
    if (!project || found?.projectId !== project.id) return refusal(404, "not_found", "Domain not found");
    return context.json(tell(found));
  });
  app.post(path, async (context) => {
    const project = projectOf(store, context.req.param("project"));
    if (!project) return noProject();
    const { name } = await body(context.req.raw);
    if (typeof name !== "string" || !name.includes("."))
      return refusal(400, "invalid_domain", "name: must be a domain");
    const found = domains.get(name);
    if (found)
      return refusal(409, "domain_already_in_use", `The domain ${name} is already in use by a project.`);
    const record = { urn: "", domain: name, projectId: project.id };
    domains.put(name, record);
    return context.json(tell(record));
  });
  app.delete(`${path}/:domain`, (context) => {
    domains.delete(context.req.param("domain"));
    return context.json({});
  });
}

function addVariableRoutes(app: Hono, store: Store): void {
  const variables = store.collection("webEnvironmentVariables");
  const path = "/:version/projects/:project/env";
  const tell = ({ id, key, value, targets, sensitive }: Variable, decrypted: boolean) => ({
    id,
    key,
    type: sensitive ? "sensitive" : "encrypted",
    target: targets,
    // A sensitive one is never told again, any other by its id or where its decryption is asked for.
    value: sensitive || !decrypted ? "" : value,
    decrypted: decrypted && !sensitive,
  });
  const one = (project: string | undefined, id: string | undefined) => {
    const found = projectOf(store, project);
    return found && variables.get(`${found.id}/${String(id)}`);
  };
  const noVariable = () => refusal(404, "not_found", "Environment variable not found");

  app.get(path, (context) => {
    const project = projectOf(store, context.req.param("project"));
    if (!project) return noProject();
    const own = variables.list().filter(({ projectId }) => projectId === project.id);
    return context.json({ envs: own.map((each) => tell(each, context.req.query("decrypt") === "true")) });
  });
  app.get(`${path}/:id`, (context) => {
    const found = one(context.req.param("project"), context.req.param("id"));
    return found ? context.json(tell(found, true)) : noVariable();
  });
  app.post(path, async (context) => {
    const project = projectOf(store, context.req.param("project"));
    if (!project) return noProject();
    const { key, value, target, type = "encrypted" } = await body(context.req.raw);
    const targets = Array.isArray(target) ? target.map(String) : [];
    if (typeof key !== "string" || typeof value !== "string" || targets.length === 0)
      return refusal(400, "bad_request", "key, value and target are required");
    const taken = variables
      .list()
      .filter((other) => other.projectId === project.id && other.key === key)
      .some((other) => other.targets.some((each) => targets.includes(each)));
    if (taken)
      return refusal(
        403,
        "ENV_ALREADY_EXISTS",
        `A variable with the name ${key} already exists for the target.`,
      );
    const record: Variable = {
      urn: "",
      id: variableId(),
      projectId: project.id,
      key,
      value,
      targets,
      sensitive: type === "sensitive",
    };
    variables.put(`${project.id}/${record.id}`, record);
    return context.json({ created: tell(record, true), failed: [] }, 201);
  });
  app.patch(`${path}/:id`, async (context) => {
    const found = one(context.req.param("project"), context.req.param("id"));
    if (!found) return noVariable();
    const { value = found.value, target = found.targets } = await body(context.req.raw);
    const changed = { ...found, value: String(value), targets: (target as unknown[]).map(String) };
    variables.put(`${found.projectId}/${found.id}`, changed);
    return context.json(tell(changed, true));
  });
  app.delete(`${path}/:id`, (context) => {
    const found = one(context.req.param("project"), context.req.param("id"));
    if (!found) return noVariable();
    variables.delete(`${found.projectId}/${found.id}`);
    return context.json({});
  });
}
