import { leftOver, type Behaviour } from "../behaviour.ts";
import { vercelId } from "../ids.ts";
import { vercelImport } from "../import-id.ts";
import { vercelError } from "./errors.ts";

/** What Vercel answers where nothing was asked for. */
export const vendorDefaults = {
  automaticallyExposeSystemEnvironmentVariables: true,
  buildMachineType: "standard",
  customerSuccessCodeVisibility: false,
  directoryListing: false,
  enableAffectedProjectsDeployments: false,
  enablePreviewFeedback: false,
  enableProductionFeedback: false,
  functionFailover: false,
  gitLfs: false,
  gitProviderOptions: {},
  nodeVersion: "24.x",
  onDemandConcurrentBuilds: false,
  previewComments: false,
  previewDeploymentsDisabled: false,
  prioritiseProductionBuilds: true,
  protectedSourcemaps: false,
  resourceConfig: {},
  serverlessFunctionRegion: "iad1",
  teamId: "",
  vercelAuthentication: { deploymentType: "none" },
};

/** A web project, to which deployments, domains and variables belong. */
export const project: Behaviour = {
  token: "vercel:index/project:Project",
  notImitated: [
    "builds and functions: a project serves the static files that were deployed",
    "git integration, protection, firewall, regions: stored and not acted on",
  ],
  apply({ store }, request) {
    const { inputs, urn } = request;
    const projects = store.collection("webProjects");
    const found = request.id ? projects.get(request.id) : leftOver(projects.list(), request);
    const id = found?.id ?? request.id ?? vercelId("prj");
    const name = String(inputs["name"] ?? urn.split("::").at(-1)?.toLowerCase());
    if (projects.list().some((other) => other.name === name && other.id !== id)) {
      throw vercelError("conflict", `The project ${name} already exists, please use a new name.`);
    }
    const outputs = {
      ...Object.fromEntries(Object.entries(vendorDefaults).filter(([key]) => inputs[key] === undefined)),
      name,
    };
    projects.put(id, { urn, id, name, properties: { ...inputs, ...outputs } });
    return { id, outputs };
  },
  observe: ({ store }, id) => store.collection("webProjects").get(id)?.properties,
  imported({ store }, id) {
    const [projectId = ""] = vercelImport("project", "project_id", id);
    const record = store.collection("webProjects").get(projectId);
    return record && { id: projectId, outputs: record.properties };
  },
  remove({ store }, id) {
    store.collection("webProjects").delete(id);
  },
};
