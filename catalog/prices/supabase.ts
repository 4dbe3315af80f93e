import { compute, supabasePlans, type ComputeSize, type SupabasePlan } from "../entitlements/supabase.ts";
import type { Meter, Rate, Use } from "./meter.ts";
import { sources } from "./source.ts";

/** Prices of what is added to a project, US dollars a month. */
export const supabaseAddOns = {
  /** For each seven days back that a database can be restored to. */
  sevenDaysOfRecoveryUsd: 100,
  /** For each GB of disk beyond what the plan includes. */
  diskGigabyteUsd: 0.125,
  ipv4Usd: 4,
} as const;

/** GB that leave Supabase, and GB of those that its CDN answers, included a month. */
const egressGigabytes = { free: 5, pro: 250, team: 250, enterprise: "custom" } as const;
const realtimeMessages = { free: 2_000_000, pro: 5_000_000, team: 5_000_000, enterprise: "custom" } as const;

type SupabaseUse = Extract<
  Use,
  | "database"
  | "activeUsers"
  | "egress"
  | "cachedEgress"
  | "invocations"
  | "realtimeConnections"
  | "realtimeMessages"
>;

/** What decides whether Pro's rates are ever charged. */
export const spendCapNote =
  "Supabase Pro charges beyond what it includes only where the organisation's spend cap is off; else it refuses.";

/** What an organisation's plan meters, with the spend cap off. */
export function supabaseMeters(plan: SupabasePlan): Record<SupabaseUse, Meter> {
  const entitled = supabasePlans[plan];
  const meter = (name: string, unit: string, included: number | "custom", rate: Rate): Meter => ({
    name,
    unit,
    included: included === "custom" ? "unknown" : included,
    rate: plan === "free" ? "none" : plan === "enterprise" ? "unknown" : rate,
    source: plan === "enterprise" ? sources.supabaseContract : sources.supabase,
  });
  const { realtimeConnections, maxRealtimeConnections: most } = entitled;
  return {
    database: meter("Supabase database", "GB", entitled.databaseGigabytes, {
      usd: supabaseAddOns.diskGigabyteUsd,
      per: 1,
    }),
    activeUsers: meter("Supabase active users", "users", entitled.monthlyActiveUsers, {
      usd: 0.00325,
      per: 1,
    }),
    egress: meter("Supabase egress", "GB", egressGigabytes[plan], { usd: 0.09, per: 1 }),
    cachedEgress: meter("Supabase cached egress", "GB", egressGigabytes[plan], { usd: 0.03, per: 1 }),
    invocations: meter("Supabase function invocations", "invocations", entitled.functionInvocations, {
      usd: 2,
      per: 1_000_000,
    }),
    realtimeConnections: {
      ...meter("Supabase Realtime connections", "at once", realtimeConnections, { usd: 10, per: 1000 }),
      // A rate is of use only where more than what is included may be had.
      ...(most !== "custom" && (most === realtimeConnections ? { rate: "none" as const } : { most })),
    },
    realtimeMessages: meter("Supabase Realtime messages", "messages", realtimeMessages[plan], {
      usd: 2.5,
      per: 1_000_000,
    }),
  };
}

/** The connections that a compute size takes: more of them need a larger one. */
export function connectionsMeter(size: ComputeSize): Meter {
  return {
    name: `Postgres connections of compute ${size}`,
    unit: "at once",
    included: compute[size].connections,
    rate: "none",
    raise: "a larger compute takes more",
    source: sources.supabase,
  };
}
