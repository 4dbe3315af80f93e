import type { Problem } from "../../../catalog/problem.ts";
import type { Project } from "../../state/model.ts";
import { leftOver, type ApplyRequest, type Behaviour, type Context } from "../behaviour.ts";
import { projectRef } from "../ids.ts";
import { removeProjectRecords } from "./project-records.ts";
import { existingProject, supabaseError } from "./errors.ts";

/** The project: its creation starts Postgres, Auth, the data API and edge functions. */
export const project: Behaviour = {
  token: "supabase:index/project:Project",
  notImitated: [
    "regions and compute sizes: everything runs on this machine, with its memory and processors",
    "a second project beside the first",
    "backups, pausing, disk limits, Storage, Realtime, the dashboard",
    "timeouts: nothing is waited for that long",
  ],
  problems(context, inputs) {
    const organization = context.store.collection("accounts").get("accounts")?.supabase.organizationId;
    const { organizationId } = inputs;
    if (!organization || typeof organizationId !== "string" || organizationId === organization) return [];
    const problem: Problem = {
      key: "organizationId",
      value: organizationId,
      limit: `Supabase's local stand-in has only ${organization}`,
      fix: "Take that id, as Pulumi.local.yaml has it",
    };
    return [problem];
  },
  async apply(context, request) {
    const { store, hooks } = context;
    const found = request.id ? existingProject(context, request.id) : leftOver(allProjects(context), request);
    if (found) refuseMove(found, request);
    else refuseSecond(context);
    const record = recordOf(context, request, found);
    // The record comes first: a creation that is interrupted is then found again, with its ref and data.
    store.collection("projects").put(record.ref, record);
    if (request.id) await hooks.updateProject(record);
    else await hooks.createProject(record);
    return {
      id: record.ref,
      outputs: {
        name: record.name,
        instanceSize: record.instanceSize,
        legacyApiKeysEnabled: request.inputs["legacyApiKeysEnabled"] ?? true,
      },
    };
  },
  observe({ store }, id, state) {
    const record = store.collection("projects").get(id);
    if (!record) return undefined;
    const { name, organizationId, region, databasePassword, instanceSize } = record;
    return { ...state, name, organizationId, region, databasePassword, instanceSize };
  },
  imported({ store }, id) {
    const record = store.collection("projects").get(id);
    if (!record) return undefined;
    const { name, organizationId, region, instanceSize } = record;
    // The password is told to nobody, and a size only where one was bought.
    const size = instanceSize === "nano" ? {} : { instanceSize };
    return { id, outputs: { name, organizationId, region, ...size, legacyApiKeysEnabled: true } };
  },
  async remove({ store, hooks }, id) {
    if (!store.collection("projects").get(id)) return;
    await hooks.deleteProject(id);
    removeProjectRecords(store, id);
  },
};

const allProjects = ({ store }: Context): readonly Project[] => store.collection("projects").list();

function recordOf({ store }: Context, { inputs, urn }: ApplyRequest, found?: Project): Project {
  const plan = store.collection("accounts").get("accounts")?.supabase.plan ?? "free";
  return {
    urn,
    ref: found?.ref ?? projectRef(),
    name: String(inputs["name"] ?? urn.split("::").at(-1)),
    organizationId: String(inputs["organizationId"]),
    region: String(inputs["region"]),
    databasePassword: String(inputs["databasePassword"]),
    instanceSize: String(inputs["instanceSize"] ?? (plan === "free" ? "nano" : "micro")),
  };
}

/** A project cannot move; the real provider says so only when it is applied, too. */
function refuseMove(found: Project, { inputs }: ApplyRequest): void {
  for (const name of ["organizationId", "region"] as const) {
    if (found[name] === inputs[name]) continue;
    throw supabaseError(
      400,
      `${name} is ${found[name]} and cannot be changed to ${String(inputs[name])}: make a new project and move the data.`,
    );
  }
}

function refuseSecond(context: Context): void {
  const [other] = allProjects(context);
  if (!other) return;
  throw supabaseError(
    400,
    `the local target runs one project, and ${other.name} (${other.ref}) is there already. Destroy it first, or use another LAVLAY_LOCAL_DIR.`,
  );
}
