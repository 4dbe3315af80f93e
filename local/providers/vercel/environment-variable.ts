import { leftOver, type Behaviour } from "../behaviour.ts";
import { variableId } from "../ids.ts";
import { vercelImport } from "../import-id.ts";
import { existingProject, vercelError } from "./errors.ts";

/** A variable of a project's builds. */
export const environmentVariable: Behaviour = {
  token: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  notImitated: [
    "builds and functions, which would read it: it is stored",
    "a team's policy on sensitive variables",
  ],
  apply(context, request) {
    const { inputs, urn, state } = request;
    const projectId = existingProject(context, inputs["projectId"]);
    const variables = context.store.collection("webEnvironmentVariables");
    const known = request.id ?? leftOver(variables.list(), request)?.id;
    const key = String(inputs["key"]);
    const targets = (inputs["targets"] ?? []) as string[];
    const taken = variables
      .list()
      .filter((other) => other.projectId === projectId && other.key === key && other.id !== known)
      .find((other) => other.targets.some((target) => targets.includes(target)));
    if (taken) {
      throw vercelError(
        "ENV_ALREADY_EXISTS",
        `A variable with the name ${key} already exists for the target ${taken.targets.join(", ")}.`,
      );
    }
    const id = known ?? variableId();
    variables.put(`${projectId}/${id}`, {
      urn,
      id,
      projectId,
      key,
      value: String(inputs["value"] ?? inputs["valueWo"] ?? ""),
      targets,
      sensitive: inputs["sensitive"] === true,
    });
    return {
      id,
      outputs: {
        comment: inputs["comment"] ?? "",
        customEnvironmentIds: inputs["customEnvironmentIds"] ?? [],
        targets,
        teamId: inputs["teamId"] ?? state["teamId"] ?? "",
      },
    };
  },
  observe({ store }, id, state) {
    const record = store.collection("webEnvironmentVariables").get(`${state["projectId"]}/${id}`);
    if (!record) return undefined;
    const { key, value, targets, sensitive } = record;
    return { ...state, key, targets, sensitive, ...(state["value"] === undefined ? {} : { value }) };
  },
  imported({ store }, id) {
    const [projectId, variable = ""] = vercelImport("project environment variable", "project_id/env_id", id);
    const record = store.collection("webEnvironmentVariables").get(`${projectId}/${variable}`);
    if (!record) return undefined;
    const { key, value, targets, sensitive } = record;
    return {
      id: variable,
      outputs: {
        projectId,
        key,
        targets,
        sensitive,
        // A sensitive one is never told again.
        ...(sensitive ? {} : { value }),
        comment: "",
        customEnvironmentIds: [],
        teamId: "",
      },
    };
  },
  remove({ store }, id, state) {
    store.collection("webEnvironmentVariables").delete(`${state["projectId"]}/${id}`);
  },
};
