import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "../settings/settings.ts";
import type { DeployedResource } from "./deployed.ts";

const backend = "pulumi-nodejs:dynamic/lavlay/backend:";

/** What the project would have less of while it is in use: replicas that are read from, disk that is full of data. */
export function withdrawals(settings: Settings, deployed: readonly DeployedResource[]): Problem[] {
  return [...replicasInUse(settings, deployed), ...shrunkDisk(settings, deployed)];
}

function replicasInUse({ supabase }: Settings, deployed: readonly DeployedResource[]): Problem[] {
  return deployed
    .filter(({ type, outputs }) => type === `${backend}ReadReplica` && outputs["serving"] === true)
    .map(({ outputs }) => String(outputs["region"]))
    .filter((region) => !supabase.replicaRegions.includes(region))
    .map((region) => ({
      key: "lavlay:supabase.replicaRegions",
      value: `${region} → (none)`,
      limit: "the app reads from that replica, and would fail",
      fix: "Set lavlay:supabase.replicaReads to false and run `up`; once no page of the old app is open, take the replica out.",
      see: "https://supabase.com/docs/guides/platform/read-replicas",
    }));
}

function shrunkDisk({ supabase, plans }: Settings, deployed: readonly DeployedResource[]): Problem[] {
  return deployed
    .filter(({ type }) => type === `${backend}Disk`)
    .map(({ outputs }) => Number(outputs["sizeGb"]))
    .filter((size) => plans.supabase !== "free" && size > (supabase.diskGigabytes ?? 0))
    .map((size) => ({
      key: "lavlay:supabase.diskGigabytes",
      value: `${size} → ${supabase.diskGigabytes ?? "(none)"}`,
      limit: "a disk cannot shrink",
      fix: `Set it to ${size}.`,
      see: "https://supabase.com/docs/guides/platform/database-size",
    }));
}
