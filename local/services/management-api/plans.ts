import type { Hono } from "hono";
import { cloudflarePlanNames, type CloudflarePlan } from "../../../catalog/entitlements/cloudflare.ts";
import { supabasePlanNames, type SupabasePlan } from "../../../catalog/entitlements/supabase.ts";
import { upstashPlanNames, type UpstashPlan } from "../../../catalog/entitlements/upstash.ts";
import { vercelPlanNames, type VercelPlan } from "../../../catalog/entitlements/vercel.ts";
import type { Store } from "../../state/store.ts";
import { answer, badRequest, body } from "./answers.ts";

/** The plans that the vendors' stand-ins act by. */
export interface VendorPlans {
  readonly cloudflare: CloudflarePlan;
  readonly supabase: SupabasePlan;
  readonly vercel: VercelPlan;
  readonly upstash: UpstashPlan;
}

const names = {
  cloudflare: cloudflarePlanNames,
  supabase: supabasePlanNames,
  vercel: vercelPlanNames,
  upstash: upstashPlanNames,
};

/** The plans that a request names, or what is wrong with it. */
export function parsePlans(body: Readonly<Record<string, unknown>> | undefined): VendorPlans | string {
  const wrong = Object.entries(names)
    .filter(([vendor, plans]) => !plans.some((plan) => plan === body?.[vendor]))
    .map(([vendor, plans]) => `${vendor}: must be one of ${plans.join(", ")}`);
  return wrong.length > 0 ? wrong.join("; ") : (body as unknown as VendorPlans);
}

/** Sets the plans: what an operator does in the vendors' dashboards, since no API of theirs can. */
export function addPlansRoute(app: Hono, store: Store): void {
  app.put("/local/plans", async (context) => {
    const plans = parsePlans(await body(context.req.raw));
    if (typeof plans === "string") return answer(badRequest(plans));
    setPlans(store, plans);
    return context.json(plans);
  });
}

function setPlans(store: Store, { cloudflare, supabase, vercel, upstash }: VendorPlans): void {
  const accounts = store.collection("accounts");
  const found = accounts.get("accounts");
  if (!found) return;
  accounts.put("accounts", {
    cloudflare: {
      ...found.cloudflare,
      zones: found.cloudflare.zones.map((zone) => ({ ...zone, plan: cloudflare })),
    },
    supabase: { ...found.supabase, plan: supabase },
    vercel: { ...found.vercel, plan: vercel },
    upstash: { plan: upstash },
  });
}
