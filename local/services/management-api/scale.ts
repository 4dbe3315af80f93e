import { randomBytes } from "node:crypto";
import { compute, type ComputeSize } from "../../../catalog/entitlements/supabase.ts";
import type { Model, Project } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { badRequest, notFound, type Answer } from "./answers.ts";
import { planOf } from "./organization.ts";

/** How large a project is, beside its compute: what `GET` tells before anything was set. */
export function scaleOf(store: Store, { ref }: Project): Model["scales"] {
  const plan = planOf(store);
  return (
    store.collection("scales").get(ref) ?? {
      projectRef: ref,
      addons: {},
      diskGigabytes: plan.diskGrows ? 8 : 1,
      diskChanges: [],
      replicas: [],
      realtimeConnections: plan.realtimeConnections === "custom" ? 500 : plan.realtimeConnections,
    }
  );
}

type Body = Readonly<Record<string, unknown>> | undefined;
type Changed = Model["scales"] | Answer;

const computeOf = ({ instanceSize }: Project) => compute[instanceSize as ComputeSize] ?? compute.nano;

const variants: Readonly<Record<string, readonly string[]>> = {
  pitr: ["pitr_7", "pitr_14", "pitr_28"],
  ipv4: ["ipv4_default"],
};

/** Buys an add-on, in place of another of its kind. */
export function withAddon(store: Store, project: Project, body: Body): Changed {
  const scale = scaleOf(store, project);
  const { addon_type: type, addon_variant: variant } = body ?? {};
  if (typeof type !== "string" || !variants[type]) {
    return badRequest(`addon_type: must be one of ${Object.keys(variants).join(", ")}`);
  }
  if (typeof variant !== "string" || !variants[type].includes(variant)) {
    return badRequest(`addon_variant: must be one of ${variants[type].join(", ")}`);
  }
  const plan = planOf(store);
  if (type === "pitr" && !plan.pointInTimeRecovery) {
    return badRequest(
      `${plan.label} has no point-in-time recovery. Upgrade the organization to Supabase Pro.`,
    );
  }
  if (type === "pitr" && computeOf(project).memoryGigabytes < compute.small.memoryGigabytes) {
    return badRequest(
      `Point-in-time recovery needs at least compute small; this is ${project.instanceSize}.`,
    );
  }
  if (type === "ipv4" && !plan.dedicatedPooler) {
    return badRequest(
      `${plan.label} has no dedicated IPv4 address. Upgrade the organization to Supabase Pro.`,
    );
  }
  return { ...scale, addons: { ...scale.addons, [type]: variant } };
}

/** Gives an add-on back. */
export function withoutAddon(store: Store, project: Project, variant: string): Changed {
  const scale = scaleOf(store, project);
  const kept = Object.entries(scale.addons).filter(([, selected]) => selected !== variant);
  if (kept.length === Object.keys(scale.addons).length) return notFound(`Addon ${variant}`);
  return { ...scale, addons: Object.fromEntries(kept) };
}

const day = 86_400_000;
const changesADay = 4;

/** Makes the disk larger. */
export function withDisk(store: Store, project: Project, body: Body, now: number): Changed {
  const scale = scaleOf(store, project);
  const plan = planOf(store);
  const { type, size_gb: size } = (body?.["attributes"] ?? {}) as Record<string, unknown>;
  if (type !== "gp3") return badRequest("attributes.type: must be gp3");
  if (!Number.isInteger(size) || Number(size) < 8 || Number(size) > 16_384) {
    return badRequest("attributes.size_gb: must be a whole number from 8 to 16384");
  }
  if (!plan.diskGrows)
    return badRequest(`${plan.label} has a fixed disk. Upgrade the organization to Supabase Pro.`);
  if (Number(size) < scale.diskGigabytes) {
    return badRequest(`attributes.size_gb: the disk has ${scale.diskGigabytes} GB and cannot shrink`);
  }
  const recent = scale.diskChanges.filter((time) => time > now - day);
  if (recent.length >= changesADay) {
    return {
      status: 429,
      message: `The disk was changed ${changesADay} times in 24 hours. Try again later.`,
    };
  }
  return { ...scale, diskGigabytes: Number(size), diskChanges: [...recent, now] };
}

/** Makes a read replica. */
export function withReplica(store: Store, project: Project, body: Body): Changed {
  const scale = scaleOf(store, project);
  const plan = planOf(store);
  const region = body?.["read_replica_region"];
  if (typeof region !== "string" || !/^[a-z]{2}-[a-z]+-\d$/.test(region)) {
    return badRequest("read_replica_region: must be a region such as eu-west-1");
  }
  if (!plan.readReplicas)
    return badRequest(`${plan.label} has no read replicas. Upgrade the organization to Supabase Pro.`);
  const { maxReplicas } = computeOf(project);
  if (scale.replicas.length >= maxReplicas) {
    return badRequest(`Compute ${project.instanceSize} has at most ${maxReplicas} read replicas.`);
  }
  const identifier = `${project.ref}-rr-${region}-${randomBytes(3).toString("hex").slice(0, 5)}`;
  return { ...scale, replicas: [...scale.replicas, { identifier, region }] };
}

/** Takes a read replica away. */
export function withoutReplica(store: Store, project: Project, body: Body): Changed {
  const scale = scaleOf(store, project);
  const kept = scale.replicas.filter(({ identifier }) => identifier !== body?.["database_identifier"]);
  if (kept.length === scale.replicas.length) {
    return notFound(`Read replica ${String(body?.["database_identifier"])}`);
  }
  return { ...scale, replicas: kept };
}

/** Sets Realtime's limits. */
export function withRealtime(store: Store, project: Project, body: Body): Changed {
  const scale = scaleOf(store, project);
  const { label, maxRealtimeConnections: most } = planOf(store);
  const { max_concurrent_users: connections = scale.realtimeConnections } = body ?? {};
  if (!Number.isInteger(connections) || Number(connections) < 1) {
    return badRequest("max_concurrent_users: must be a whole number from 1 on");
  }
  if (most !== "custom" && Number(connections) > most) {
    return badRequest(`max_concurrent_users: ${label} allows at most ${most}`);
  }
  return { ...scale, realtimeConnections: Number(connections) };
}
