import { compute, type ComputeSize } from "../../../catalog/entitlements/supabase.ts";
import type { Model, Project } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { scaleOf } from "./scale.ts";

type Pooler = Model["poolers"];

/**
 * The poolers of a project's databases, the primary first, as the API describes them.
 * @param url where they are reached, with `[YOUR-PASSWORD]` in place of the password
 */
export function poolerConfigurations(store: Store, project: Project, url?: string) {
  const primary = { ...poolerConfiguration(store, project), ...(url && { connection_string: url }) };
  const replicas = scaleOf(store, project).replicas.map(({ identifier }) => ({
    ...primary,
    identifier,
    database_type: "READ_REPLICA",
  }));
  return [primary, ...replicas];
}

/** The pooler of the primary. */
export function poolerConfiguration(store: Store, { ref, instanceSize }: Project) {
  const stored = store.collection("poolers").get(ref);
  const { poolerClients } = compute[instanceSize as ComputeSize] ?? compute.nano;
  return {
    identifier: ref,
    database_type: "PRIMARY",
    db_user: "postgres",
    db_name: "postgres",
    default_pool_size: stored?.default_pool_size ?? 15,
    max_client_conn: poolerClients,
    pool_mode: stored?.pool_mode ?? "transaction",
  };
}

const poolModes = ["transaction", "session"] as const;

/** What a request wants changed, or what is wrong with it. */
export function parsePoolerChange(
  change: Readonly<Record<string, unknown>> | undefined,
): Partial<Pick<Pooler, "default_pool_size" | "pool_mode">> | string {
  if (!change) return "the body must be a JSON object";
  const { default_pool_size: size, pool_mode: mode } = change;
  if (size !== undefined && (!Number.isInteger(size) || Number(size) < 1 || Number(size) > 3000)) {
    return "default_pool_size: must be a whole number from 1 to 3000";
  }
  if (mode !== undefined && !poolModes.some((known) => known === mode)) {
    return `pool_mode: must be one of ${poolModes.join(", ")}`;
  }
  return {
    ...(size === undefined ? {} : { default_pool_size: Number(size) }),
    ...(mode === undefined ? {} : { pool_mode: mode as Pooler["pool_mode"] }),
  };
}
