import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "../settings/settings.ts";
import type { DeployedResource } from "./deployed.ts";

const replica = "pulumi-nodejs:dynamic/lavlay/backend:ReadReplica";

/** Read replicas that would go while the app reads from them. */
export function replicasInUse({ supabase }: Settings, deployed: readonly DeployedResource[]): Problem[] {
  return deployed
    .filter(({ type, outputs }) => type === replica && outputs["serving"] === true)
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
