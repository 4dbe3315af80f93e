import type { PlanPrice } from "./price.ts";

/** Upstash's plans for Redis, cheapest first. A plan belongs to a database. */
export const upstashPlanNames = ["free", "payg"] as const;
export type UpstashPlan = (typeof upstashPlanNames)[number];

/** What one Upstash plan allows. */
export interface UpstashEntitlements {
  /** As Upstash prints it. */
  readonly label: string;
  readonly price: PlanPrice;
  /** Data it holds, MB. */
  readonly megabytes: number | "unknown";
  /** Commands a month. */
  readonly commands: number | "unlimited";
  /** US dollars for 100,000 commands beyond what is included. */
  readonly per100kCommandsUsd: number;
  /** US dollars for a GB of storage a month. */
  readonly perGigabyteUsd: number;
}

/** Upstash's plans as its pricing page states them (2026). */
export const upstashPlans: Readonly<Record<UpstashPlan, UpstashEntitlements>> = {
  free: {
    label: "Upstash Free",
    price: { monthlyUsd: 0, per: "database" },
    megabytes: 256,
    commands: 500_000,
    per100kCommandsUsd: 0,
    perGigabyteUsd: 0,
  },
  payg: {
    label: "Upstash Pay as you go",
    price: { monthlyUsd: 0, per: "database", note: "paid by use" },
    megabytes: "unknown",
    commands: "unlimited",
    per100kCommandsUsd: 0.2,
    perGigabyteUsd: 0.25,
  },
};
