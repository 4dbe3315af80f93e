import type { PlanPrice } from "./price.ts";

/** Sentry's plans, cheapest first. A plan belongs to an organisation. */
export const sentryPlanNames = ["developer", "team", "business"] as const;
export type SentryPlan = (typeof sentryPlanNames)[number];

/** What one Sentry plan allows. */
export interface SentryEntitlements {
  /** As Sentry prints it. */
  readonly label: string;
  readonly price: PlanPrice;
  /** Alerts on a number that is measured, such as a latency; alerts on issues are without limit. */
  readonly metricAlerts: number | "unlimited";
}

/** Sentry's plans as its documentation and API state them, prices at the annual rate as third parties report them (2026). */
export const sentryPlans: Readonly<Record<SentryPlan, SentryEntitlements>> = {
  developer: {
    label: "Sentry Developer",
    price: { monthlyUsd: 0, per: "organisation", note: "one user" },
    metricAlerts: 0,
  },
  team: {
    label: "Sentry Team",
    price: { monthlyUsd: 26, per: "organisation", note: "billed yearly; use beyond the plan not counted" },
    metricAlerts: 20,
  },
  business: {
    label: "Sentry Business",
    price: { monthlyUsd: 80, per: "organisation", note: "billed yearly; use beyond the plan not counted" },
    metricAlerts: "unlimited",
  },
};
