import type { CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import { compute, type ComputeSize, type SupabasePlan } from "../../catalog/entitlements/supabase.ts";
import type { UpstashPlan } from "../../catalog/entitlements/upstash.ts";
import type { VercelPlan } from "../../catalog/entitlements/vercel.ts";
import type { Tier } from "./schema.ts";
import type { recoveryDays } from "./schema/supabase.ts";
import type { RouteLimit } from "./settings.ts";

/** What a tier starts from; a stack may override each. */
export interface TierDefaults {
  /** Users it is made for. */
  readonly users: string;
  readonly plans: {
    readonly cloudflare: CloudflarePlan;
    readonly supabase: SupabasePlan;
    readonly vercel: VercelPlan;
    readonly upstash: UpstashPlan;
  };
  readonly computeSize: ComputeSize;
  /** GB to start from; absent where the plan gives no choice. */
  readonly diskGigabytes?: number;
  /** Regions of the read replicas, given the project's own. */
  readonly replicaRegions: (region: string) => readonly string[];
  readonly pointInTimeRecoveryDays: (typeof recoveryDays)[number];
  readonly dedicatedPooler: boolean;
  readonly realtimeConnections: number;
  readonly redis: boolean;
  readonly routes: readonly RouteLimit[];
  readonly images: boolean;
  readonly loadBalancer: boolean;
  readonly monitoring: boolean;
  /** Folders of `sql/` that apply, in order. */
  readonly sql: readonly string[];
}

const videos: RouteLimit = {
  name: "videos",
  host: "media",
  path: "/videos/",
  requests: 120,
  period: 60,
  timeout: 60,
};
const signIn: RouteLimit = { ...videos, name: "sign-in", host: "api", path: "/auth/v1/token", requests: 30 };
const uploads: RouteLimit = {
  ...videos,
  name: "uploads",
  host: "api",
  path: "/functions/v1/upload-media",
  requests: 30,
};

/** The tiers, with the default plans of the scaling guide. */
export const tiers: Readonly<Record<Tier, TierDefaults>> = {
  free: {
    users: "0-1K",
    plans: { cloudflare: "free", supabase: "free", vercel: "hobby", upstash: "free" },
    computeSize: "nano",
    replicaRegions: () => [],
    pointInTimeRecoveryDays: 0,
    dedicatedPooler: false,
    realtimeConnections: 200,
    redis: false,
    routes: [],
    images: false,
    loadBalancer: false,
    monitoring: false,
    sql: ["baseline", "free"],
  },
  pro: {
    users: "1K-10K",
    plans: { cloudflare: "free", supabase: "pro", vercel: "pro", upstash: "free" },
    computeSize: "micro",
    diskGigabytes: 8,
    replicaRegions: () => [],
    pointInTimeRecoveryDays: 0,
    dedicatedPooler: false,
    realtimeConnections: 500,
    redis: false,
    routes: [],
    images: false,
    loadBalancer: false,
    monitoring: true,
    sql: ["baseline", "free", "pro"],
  },
  team: {
    users: "10K-100K",
    plans: { cloudflare: "pro", supabase: "team", vercel: "pro", upstash: "payg" },
    computeSize: "large",
    diskGigabytes: 50,
    replicaRegions: (region) => [region],
    pointInTimeRecoveryDays: 0,
    dedicatedPooler: false,
    realtimeConnections: 10_000,
    redis: true,
    routes: [videos],
    images: false,
    loadBalancer: false,
    monitoring: true,
    sql: ["baseline", "free", "pro", "team"],
  },
  enterprise: {
    users: "100K+",
    plans: { cloudflare: "business", supabase: "enterprise", vercel: "pro", upstash: "payg" },
    computeSize: "4xlarge",
    diskGigabytes: 200,
    replicaRegions: (region) => [region, region.startsWith("us-") ? "eu-west-1" : "us-east-1"],
    pointInTimeRecoveryDays: 7,
    dedicatedPooler: true,
    realtimeConnections: 10_000,
    redis: true,
    routes: [videos, signIn, uploads],
    images: true,
    loadBalancer: true,
    monitoring: true,
    sql: ["baseline", "free", "pro", "team", "enterprise"],
  },
};

/**
 * Connections that the transaction pooler keeps to Postgres: half of what the compute takes, so that Auth, the data API
 * and migrations have room; on the smallest, Supabase's own default.
 */
export function poolSizeFor(computeSize: ComputeSize): number {
  const { connections } = compute[computeSize];
  return connections > compute.micro.connections ? Math.floor(connections / 2) : 15;
}
