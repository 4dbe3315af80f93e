import {
  compute,
  computeSizes,
  supabasePlanNames,
  supabasePlans,
  type SupabaseEntitlements,
} from "../../../catalog/entitlements/supabase.ts";
import { entitlement, type Entitlement, type EntitlementOptions } from "./entitlement.ts";

type Options<V> = Omit<EntitlementOptions<SupabaseEntitlements, V>, "vendor" | "plans" | "plan">;

const supabase = <V>(options: Options<V>): Entitlement =>
  entitlement({
    vendor: "Supabase",
    plans: supabasePlanNames.map((name) => supabasePlans[name]),
    plan: ({ plans }) => supabasePlans[plans.supabase],
    ...options,
  });

const seeCompute = "https://supabase.com/docs/guides/platform/compute-and-disk";
const seeReplicas = "https://supabase.com/docs/guides/platform/read-replicas";
const seeRecovery = "https://supabase.com/docs/guides/platform/backups#point-in-time-recovery";

/** What an organisation's plan limits. */
export const supabaseEntitlements: readonly Entitlement[] = [
  supabase({
    name: "compute size",
    claims: ({ supabase }) => [{ key: "lavlay:supabase.computeSize", value: supabase.computeSize }],
    allows: (plan, size) => plan.computeSizes.includes(size),
    limit: (plan) => `runs on ${plan.computeSizes.join(", ")}`,
    fix: "Take one of these",
    see: seeCompute,
  }),
  supabase({
    name: "disk that grows",
    claims: ({ supabase: { diskGigabytes } }) =>
      diskGigabytes === undefined
        ? []
        : [{ key: "lavlay:supabase.diskGigabytes", value: diskGigabytes, shown: `${diskGigabytes} GB` }],
    allows: ({ diskGrows }) => diskGrows,
    limit: ({ diskGrows, databaseGigabytes }) =>
      diskGrows
        ? `includes ${databaseGigabytes === "custom" ? "what is agreed" : `${databaseGigabytes} GB`} and grows`
        : `holds ${String(databaseGigabytes)} GB and no more`,
    fix: "Take it out",
    see: "https://supabase.com/docs/guides/platform/database-size",
  }),
  supabase({
    name: "read replicas",
    claims: ({ supabase: { replicaRegions } }) =>
      replicaRegions.length > 0
        ? [{ key: "lavlay:supabase.replicaRegions", value: replicaRegions.join(", ") }]
        : [],
    allows: ({ readReplicas }) => readReplicas,
    limit: ({ readReplicas }) => (readReplicas ? "has read replicas" : "has no read replicas"),
    fix: "Set it to []",
    see: seeReplicas,
  }),
  supabase({
    name: "point-in-time recovery",
    claims: ({ supabase: { pointInTimeRecoveryDays: days } }) =>
      days > 0
        ? [{ key: "lavlay:supabase.pointInTimeRecoveryDays", value: days, shown: `${days} days` }]
        : [],
    allows: ({ pointInTimeRecovery }) => pointInTimeRecovery,
    limit: ({ pointInTimeRecovery }) =>
      pointInTimeRecovery ? "sells point-in-time recovery" : "has no point-in-time recovery",
    fix: "Set it to 0",
    see: seeRecovery,
  }),
  supabase({
    name: "dedicated pooler",
    claims: ({ supabase: { dedicatedPooler } }) =>
      dedicatedPooler ? [{ key: "lavlay:supabase.dedicatedPooler", value: true }] : [],
    allows: ({ dedicatedPooler }) => dedicatedPooler,
    limit: ({ dedicatedPooler }) =>
      dedicatedPooler ? "has a dedicated pooler" : "has the shared pooler alone",
    fix: "Set it to false",
    see: "https://supabase.com/docs/guides/database/connecting-to-postgres#dedicated-pooler",
  }),
  supabase({
    name: "Realtime connections",
    claims: ({ supabase: { realtimeConnections } }) => [
      { key: "lavlay:supabase.realtimeConnections", value: realtimeConnections },
    ],
    allows: ({ maxRealtimeConnections: most }, connections) => most === "custom" || connections <= most,
    limit: ({ maxRealtimeConnections: most }) =>
      most === "custom" ? "allows as many as are agreed" : `allows ${most} at once`,
    fix: "Lower it",
    see: "https://supabase.com/docs/guides/realtime/quotas",
  }),
];

type Size = (typeof computeSizes)[number];
const sizes = computeSizes.map((name) => ({
  ...compute[name],
  label: `compute ${name}`,
  price: { monthlyUsd: compute[name].monthlyUsd, per: "project" as const },
}));

const byCompute = <V>(
  options: Omit<EntitlementOptions<(typeof sizes)[number], V>, "vendor" | "plans" | "plan">,
): Entitlement =>
  entitlement({
    vendor: "Supabase",
    plans: sizes,
    plan: ({ supabase }) => sizes[computeSizes.indexOf(supabase.computeSize)] as (typeof sizes)[number],
    ...options,
  });

/** From this size on there is point-in-time recovery, and with it what replicas are made of. */
const small: Size = "small";

/** What a project's compute limits. */
export const computeEntitlements: readonly Entitlement[] = [
  byCompute({
    name: "connections of the pooler to Postgres",
    claims: ({ supabase }) => [{ key: "lavlay:supabase.poolSize", value: supabase.poolSize }],
    allows: ({ connections }, size) => size <= connections,
    limit: ({ connections }) => `takes ${connections} direct connections`,
    fix: "Lower it (half of them leaves room for Auth, the data API and migrations)",
    see: `${seeCompute}#limits-and-constraints`,
  }),
  byCompute({
    name: "read replicas by compute size",
    claims: ({ supabase: { replicaRegions } }) =>
      replicaRegions.length > 0
        ? [
            {
              key: "lavlay:supabase.replicaRegions",
              value: replicaRegions.length,
              shown: replicaRegions.join(", "),
            },
          ]
        : [],
    allows: ({ maxReplicas }, replicas) => replicas <= maxReplicas,
    limit: ({ maxReplicas }) =>
      maxReplicas === 0 ? "has no replicas" : `has ${maxReplicas} replicas at most`,
    fix: "Take some out",
    see: seeReplicas,
  }),
  byCompute({
    name: "point-in-time recovery by compute size",
    claims: ({ supabase: { pointInTimeRecoveryDays: days } }) =>
      days > 0
        ? [{ key: "lavlay:supabase.pointInTimeRecoveryDays", value: days, shown: `${days} days` }]
        : [],
    allows: ({ memoryGigabytes }) => memoryGigabytes >= compute[small].memoryGigabytes,
    limit: ({ memoryGigabytes }) =>
      memoryGigabytes >= compute[small].memoryGigabytes
        ? "can be recovered to a point in time"
        : "is too small for point-in-time recovery",
    fix: "Set it to 0",
    see: seeRecovery,
  }),
];
