import { tierNames, type Tier } from "./schema.ts";

/** Something that a tier brings and the ones below it lack. */
export interface Capability {
  readonly name: string;
  /** The lowest tier that has it. */
  readonly from: Tier;
}

/** What each tier adds, in the words of the scaling guide's checklist. */
export const capabilities: readonly Capability[] = [
  { name: "Supabase, R2, custom domain, CDN, upload function, indexes", from: "free" },
  { name: "transaction pooling by compute size", from: "pro" },
  { name: "materialized feed", from: "pro" },
  { name: "monitoring and alerts", from: "pro" },
  { name: "compute and disk that grow", from: "pro" },
  { name: "read replicas", from: "team" },
  { name: "Redis", from: "team" },
  { name: "job queue", from: "team" },
  { name: "rate limits per route", from: "team" },
  { name: "partitioned tables", from: "team" },
  { name: "several regions", from: "enterprise" },
  { name: "dedicated cluster and pooler", from: "enterprise" },
  { name: "functions as services of their own behind the load balancer", from: "enterprise" },
  { name: "image optimisation", from: "enterprise" },
  { name: "point-in-time recovery", from: "enterprise" },
];

/** What a tier has, its own and what the ones below bring. */
export function capabilitiesOf(tier: Tier): readonly Capability[] {
  return capabilities.filter(({ from }) => tierNames.indexOf(from) <= tierNames.indexOf(tier));
}
