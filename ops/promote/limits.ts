import { cloudflarePlans } from "../../catalog/entitlements/cloudflare.ts";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { vercelPlans } from "../../catalog/entitlements/vercel.ts";
import { entitlements } from "../../infra/settings/entitlements/index.ts";
import type { Settings } from "../../infra/settings/settings.ts";

/** A limit that is another on the new plan. */
export interface CrossedLimit {
  readonly vendor: string;
  readonly name: string;
  /** `Supabase Pro has no read replicas`: the plan or compute size, and what it allows. */
  readonly before: string;
  readonly after: string;
}

/** Every limit that settings are held against in which the plans of two settings differ. */
export function crossedLimits(before: Settings, after: Settings): CrossedLimit[] {
  return entitlements.flatMap(({ vendor, name, limits }) => {
    const of = (settings: Settings) => limits.find(({ plan }) => labels(settings).includes(plan));
    const [old, now] = [of(before), of(after)];
    if (!old || !now || old.limit === now.limit) return [];
    return [{ vendor, name, before: `${old.plan} ${old.limit}`, after: `${now.plan} ${now.limit}` }];
  });
}

/** What a stack has bought, as the limits name it. */
function labels({ plans, supabase }: Settings): string[] {
  return [
    cloudflarePlans[plans.cloudflare].label,
    supabasePlans[plans.supabase].label,
    vercelPlans[plans.vercel].label,
    `compute ${supabase.computeSize}`,
  ];
}
