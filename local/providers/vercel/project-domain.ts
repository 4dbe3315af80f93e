import { isOwn, type Behaviour } from "../behaviour.ts";
import { vercelImport } from "../import-id.ts";
import { existingProject, vercelError } from "./errors.ts";

/** A host under which a project's production deployment is served. */
export const projectDomain: Behaviour = {
  token: "vercel:index/projectDomain:ProjectDomain",
  notImitated: [
    "verification by DNS and TLS: a domain is verified at once and served over HTTP",
    "redirect, gitBranch and customEnvironmentId: stored and not acted on",
  ],
  apply(context, request) {
    const { inputs, urn } = request;
    const projectId = existingProject(context, inputs["projectId"]);
    const domains = context.store.collection("webDomains");
    const domain = String(inputs["domain"]);
    const found = domains.get(domain);
    if (found && !isOwn(found, request)) {
      const owner = context.store.collection("webProjects").get(found.projectId)?.name ?? found.projectId;
      throw vercelError(
        "domain_already_in_use",
        `The domain ${domain} is already in use by project ${owner}.`,
      );
    }
    domains.put(domain, { urn, domain, projectId });
    return { id: domain, outputs: { teamId: inputs["teamId"] ?? "", verified: true, verifications: [] } };
  },
  observe({ store }, id, state) {
    const record = store.collection("webDomains").get(id);
    return record && { ...state, domain: record.domain, projectId: record.projectId };
  },
  imported({ store }, id) {
    const [projectId, domain = ""] = vercelImport("project domain", "project_id/domain", id);
    const record = store.collection("webDomains").get(domain);
    if (record?.projectId !== projectId) return undefined;
    return { id: domain, outputs: { domain, projectId, teamId: "", verified: true, verifications: [] } };
  },
  remove({ store }, id) {
    store.collection("webDomains").delete(id);
  },
};
