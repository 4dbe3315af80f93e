import { vercelPlans, type VercelPlan } from "../entitlements/vercel.ts";
import type { Meter } from "./meter.ts";
import { sources } from "./source.ts";

/** What leaves Vercel for the app's visitors. */
export function webTransferMeter(plan: VercelPlan): Meter {
  return {
    name: "Vercel data transfer",
    unit: "GB",
    included: vercelPlans[plan].transferGigabytes,
    rate: plan === "hobby" ? "none" : "unknown",
    source: plan === "hobby" ? sources.vercel : sources.vercelUse,
  };
}
