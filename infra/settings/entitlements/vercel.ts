import { vercelPlanNames, vercelPlans } from "../../../catalog/entitlements/vercel.ts";
import { entitlement, type Entitlement } from "./entitlement.ts";

/** What a team's plan limits. */
export const vercelEntitlements: readonly Entitlement[] = [
  entitlement({
    vendor: "Vercel",
    name: "commercial use",
    plans: vercelPlanNames.map((name) => vercelPlans[name]),
    plan: ({ plans }) => vercelPlans[plans.vercel],
    // Payments begin with the first paying tier; the local target is nobody's business.
    claims: ({ tier, target, plans }) =>
      target === "cloud" && tier !== "free" ? [{ key: "lavlay:vercel.plan", value: plans.vercel }] : [],
    allows: ({ commercialUse }) => commercialUse,
    limit: ({ commercialUse }) =>
      commercialUse ? "may take payments" : "is for non-commercial use, and this tier takes payments",
    fix: "Stay on tier free",
    see: "https://vercel.com/docs/limits/fair-use-guidelines#commercial-usage",
  }),
];
