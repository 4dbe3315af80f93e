import type { CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import type { ComputeSize, SupabasePlan } from "../../catalog/entitlements/supabase.ts";
import type { VercelPlan } from "../../catalog/entitlements/vercel.ts";
import type { Tier } from "./schema.ts";

/** What a tier starts from; a stack may override each. */
export interface TierDefaults {
  /** Users it is made for. */
  readonly users: string;
  readonly plans: {
    readonly cloudflare: CloudflarePlan;
    readonly supabase: SupabasePlan;
    readonly vercel: VercelPlan;
  };
  readonly computeSize: ComputeSize;
  /** Connections of the transaction pooler to Postgres: well below the compute's own limit. */
  readonly poolSize: number;
  /** Folders of `sql/` that apply, in order. */
  readonly sql: readonly string[];
}

/** The tiers, with the default plans of the scaling guide. */
export const tiers: Readonly<Record<Tier, TierDefaults>> = {
  free: {
    users: "0-1K",
    plans: { cloudflare: "free", supabase: "free", vercel: "hobby" },
    computeSize: "nano",
    poolSize: 15,
    sql: ["baseline", "free"],
  },
  pro: {
    users: "1K-10K",
    plans: { cloudflare: "free", supabase: "pro", vercel: "pro" },
    computeSize: "micro",
    poolSize: 15,
    sql: ["baseline", "free"],
  },
  team: {
    users: "10K-100K",
    plans: { cloudflare: "pro", supabase: "team", vercel: "pro" },
    computeSize: "large",
    poolSize: 80,
    sql: ["baseline", "free"],
  },
  enterprise: {
    users: "100K+",
    plans: { cloudflare: "business", supabase: "enterprise", vercel: "pro" },
    computeSize: "4xlarge",
    poolSize: 240,
    sql: ["baseline", "free"],
  },
};
