import type { PlanPrice } from "./price.ts";

/** Vercel's plans, cheapest first. */
export const vercelPlanNames = ["hobby", "pro", "enterprise"] as const;
export type VercelPlan = (typeof vercelPlanNames)[number];

/** What one Vercel plan allows. */
export interface VercelEntitlements {
  /** As Vercel prints it. */
  readonly label: string;
  readonly price: PlanPrice;
  /** Hobby may not be used to earn money, so not with payments either. */
  readonly commercialUse: boolean;
  readonly deploymentsPerDay: number | "unknown";
  /** Largest static upload, MB. */
  readonly staticUploadMegabytes: number | "unknown";
  /** Data transfer included a month, GB. */
  readonly transferGigabytes: number | "unknown";
  readonly projects: number | "unlimited";
  /** Without the soft limits, which Vercel raises when asked. */
  readonly domainsPerProject: number | "unlimited";
}

/**
 * Environment variables that a project may have for one environment, on every plan.
 * @see https://vercel.com/docs/limits#environment-variables
 */
export const vercelVariablesPerEnvironment = 1000;

/** Vercel's plans as its documentation states them (2026). */
export const vercelPlans: Readonly<Record<VercelPlan, VercelEntitlements>> = {
  hobby: {
    label: "Vercel Hobby",
    price: { monthlyUsd: 0, per: "seat" },
    commercialUse: false,
    deploymentsPerDay: 100,
    staticUploadMegabytes: 100,
    transferGigabytes: 100,
    projects: 200,
    domainsPerProject: 50,
  },
  pro: {
    label: "Vercel Pro",
    price: { monthlyUsd: 20, per: "seat", note: "includes $20 of usage" },
    commercialUse: true,
    deploymentsPerDay: 6000,
    staticUploadMegabytes: 1000,
    transferGigabytes: 1000,
    projects: "unlimited",
    domainsPerProject: "unlimited",
  },
  enterprise: {
    label: "Vercel Enterprise",
    price: { monthlyUsd: "unknown", per: "seat", note: "by contract" },
    commercialUse: true,
    deploymentsPerDay: "unknown",
    staticUploadMegabytes: "unknown",
    transferGigabytes: "unknown",
    projects: "unlimited",
    domainsPerProject: "unlimited",
  },
};
