import type { PlanPrice } from "./price.ts";

/** Supabase's plans, cheapest first. A plan belongs to an organisation. */
export const supabasePlanNames = ["free", "pro", "team", "enterprise"] as const;
export type SupabasePlan = (typeof supabasePlanNames)[number];

/** Compute sizes, smallest first. */
export const computeSizes = [
  "nano",
  "micro",
  "small",
  "medium",
  "large",
  "xlarge",
  "2xlarge",
  "4xlarge",
  "8xlarge",
  "12xlarge",
  "16xlarge",
] as const;
export type ComputeSize = (typeof computeSizes)[number];

/** What one Supabase plan allows. `"custom"` is a limit agreed in a contract. */
export interface SupabaseEntitlements {
  /** As Supabase prints it. */
  readonly label: string;
  readonly price: PlanPrice;
  /** US dollars of compute included a month. */
  readonly computeCreditUsd: number;
  readonly computeSizes: readonly ComputeSize[];
  /** Database size included, GB. On Free it is a wall: read-only beyond it. */
  readonly databaseGigabytes: number | "custom";
  /** Disk beyond what is included may be had. */
  readonly diskGrows: boolean;
  /** Monthly active users included. */
  readonly monthlyActiveUsers: number | "custom";
  readonly functionInvocations: number | "custom";
  readonly functions: number | "unlimited";
  /** Seconds of wall clock per request. */
  readonly functionSeconds: number;
  /** Realtime connections included. */
  readonly realtimeConnections: number | "custom";
  /** Realtime connections that may be allowed at most. */
  readonly maxRealtimeConnections: number | "custom";
  /** Days of daily backups. */
  readonly backupDays: number;
  readonly pointInTimeRecovery: boolean;
  readonly readReplicas: boolean;
  readonly dedicatedPooler: boolean;
  readonly customDomain: boolean;
  readonly logDrains: boolean;
  /** A project is paused after seven idle days. */
  readonly pauses: boolean;
}

const paidSizes = computeSizes.filter((size) => size !== "nano");

/** Supabase's plans as its pricing catalog and documentation state them (2026). */
export const supabasePlans: Readonly<Record<SupabasePlan, SupabaseEntitlements>> = {
  free: {
    label: "Supabase Free",
    price: { monthlyUsd: 0, per: "organisation" },
    computeCreditUsd: 0,
    computeSizes: ["nano"],
    databaseGigabytes: 0.5,
    diskGrows: false,
    monthlyActiveUsers: 50_000,
    functionInvocations: 500_000,
    functions: 100,
    functionSeconds: 150,
    realtimeConnections: 200,
    maxRealtimeConnections: 200,
    backupDays: 0,
    pointInTimeRecovery: false,
    readReplicas: false,
    dedicatedPooler: false,
    customDomain: false,
    logDrains: false,
    pauses: true,
  },
  pro: {
    label: "Supabase Pro",
    price: { monthlyUsd: 25, per: "organisation" },
    computeCreditUsd: 10,
    computeSizes: paidSizes,
    databaseGigabytes: 8,
    diskGrows: true,
    monthlyActiveUsers: 100_000,
    functionInvocations: 2_000_000,
    functions: 500,
    functionSeconds: 400,
    realtimeConnections: 500,
    maxRealtimeConnections: 500,
    backupDays: 7,
    pointInTimeRecovery: true,
    readReplicas: true,
    dedicatedPooler: true,
    customDomain: true,
    logDrains: true,
    pauses: false,
  },
  team: {
    label: "Supabase Team",
    price: { monthlyUsd: 599, per: "organisation" },
    computeCreditUsd: 10,
    computeSizes: paidSizes,
    databaseGigabytes: 8,
    diskGrows: true,
    monthlyActiveUsers: 100_000,
    functionInvocations: 2_000_000,
    functions: 1_000,
    functionSeconds: 400,
    realtimeConnections: 500,
    maxRealtimeConnections: 10_000,
    backupDays: 14,
    pointInTimeRecovery: true,
    readReplicas: true,
    dedicatedPooler: true,
    customDomain: true,
    logDrains: true,
    pauses: false,
  },
  enterprise: {
    label: "Supabase Enterprise",
    price: { monthlyUsd: "unknown", per: "organisation", note: "by contract" },
    computeCreditUsd: 0,
    computeSizes: paidSizes,
    databaseGigabytes: "custom",
    diskGrows: true,
    monthlyActiveUsers: "custom",
    functionInvocations: "custom",
    functions: "unlimited",
    functionSeconds: 400,
    realtimeConnections: "custom",
    maxRealtimeConnections: "custom",
    backupDays: 30,
    pointInTimeRecovery: true,
    readReplicas: true,
    dedicatedPooler: true,
    customDomain: true,
    logDrains: true,
    pauses: false,
  },
};

/** What a compute size brings. */
export interface Compute {
  /** US dollars a month. */
  readonly monthlyUsd: number;
  readonly memoryGigabytes: number;
  /** Direct connections to Postgres. */
  readonly connections: number;
  /** Clients that the pooler serves. */
  readonly poolerClients: number;
  readonly maxReplicas: number;
}

/** Compute sizes as Supabase's pricing catalog and documentation state them (2026). */
export const compute: Readonly<Record<ComputeSize, Compute>> = {
  nano: { monthlyUsd: 0, memoryGigabytes: 0.5, connections: 60, poolerClients: 200, maxReplicas: 0 },
  micro: { monthlyUsd: 10, memoryGigabytes: 1, connections: 60, poolerClients: 200, maxReplicas: 0 },
  small: { monthlyUsd: 15, memoryGigabytes: 2, connections: 90, poolerClients: 400, maxReplicas: 2 },
  medium: { monthlyUsd: 60, memoryGigabytes: 4, connections: 120, poolerClients: 600, maxReplicas: 2 },
  large: { monthlyUsd: 110, memoryGigabytes: 8, connections: 160, poolerClients: 800, maxReplicas: 2 },
  xlarge: { monthlyUsd: 210, memoryGigabytes: 16, connections: 240, poolerClients: 1000, maxReplicas: 5 },
  "2xlarge": { monthlyUsd: 410, memoryGigabytes: 32, connections: 380, poolerClients: 1500, maxReplicas: 5 },
  "4xlarge": { monthlyUsd: 960, memoryGigabytes: 64, connections: 480, poolerClients: 3000, maxReplicas: 5 },
  "8xlarge": {
    monthlyUsd: 1870,
    memoryGigabytes: 128,
    connections: 490,
    poolerClients: 6000,
    maxReplicas: 5,
  },
  "12xlarge": {
    monthlyUsd: 2800,
    memoryGigabytes: 192,
    connections: 500,
    poolerClients: 9000,
    maxReplicas: 5,
  },
  "16xlarge": {
    monthlyUsd: 3730,
    memoryGigabytes: 256,
    connections: 500,
    poolerClients: 12000,
    maxReplicas: 5,
  },
};
