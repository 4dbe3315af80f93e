import { cloudflarePlanNames, cloudflarePlans } from "../../catalog/entitlements/cloudflare.ts";
import { formatPrice, type PlanPrice } from "../../catalog/entitlements/price.ts";
import { compute, supabasePlanNames, supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { vercelPlans } from "../../catalog/entitlements/vercel.ts";
import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "./settings.ts";

/** Everything in the settings that the declared plans do not allow, each with the plan that would and its price. */
export function entitlementProblems(settings: Settings): Problem[] {
  return [...cloudflareProblems(settings), ...supabaseProblems(settings), ...vercelProblems(settings)];
}

interface Plan {
  readonly label: string;
  readonly price: PlanPrice;
}

/** `Cloudflare Pro ($20 a month) allows it.` */
function upgrade<P extends Plan>(plans: readonly P[], allows: (plan: P) => boolean): string {
  const plan = plans.find(allows);
  return plan ? `${plan.label} (${formatPrice(plan.price)}) allows it.` : "No plan allows it.";
}

function cloudflareProblems({ plans, media, rateLimit }: Settings): Problem[] {
  const all = cloudflarePlanNames.map((name) => cloudflarePlans[name]);
  const plan = cloudflarePlans[plans.cloudflare];
  const problems: Problem[] = [];
  if (media.edgeTtl < plan.minEdgeTtl) {
    problems.push({
      key: "lavlay:media.edgeTtl",
      value: `${media.edgeTtl} s`,
      limit: `${plan.label} allows no edge TTL under ${plan.minEdgeTtl} s`,
      fix: `Raise it, or change the plan: ${upgrade(all, (other) => media.edgeTtl >= other.minEdgeTtl)}`,
      see: "https://developers.cloudflare.com/cache/how-to/cache-rules/settings/#edge-ttl",
    });
  }
  const see = "https://developers.cloudflare.com/waf/rate-limiting-rules/#availability";
  if (!plan.rateLimitPeriods.includes(rateLimit.period)) {
    problems.push({
      key: "lavlay:rateLimit.period",
      value: `${rateLimit.period} s`,
      limit: `${plan.label} counts over ${plan.rateLimitPeriods.join(", ")} s`,
      fix: `Take one of these, or change the plan: ${upgrade(all, (other) => other.rateLimitPeriods.includes(rateLimit.period))}`,
      see,
    });
  }
  if (!plan.rateLimitTimeouts.includes(rateLimit.timeout)) {
    problems.push({
      key: "lavlay:rateLimit.timeout",
      value: `${rateLimit.timeout} s`,
      limit: `${plan.label} refuses for ${plan.rateLimitTimeouts.join(", ")} s`,
      fix: `Take one of these, or change the plan: ${upgrade(all, (other) => other.rateLimitTimeouts.includes(rateLimit.timeout))}`,
      see,
    });
  }
  return problems;
}

function supabaseProblems({ plans, supabase }: Settings): Problem[] {
  const all = supabasePlanNames.map((name) => supabasePlans[name]);
  const plan = supabasePlans[plans.supabase];
  const problems: Problem[] = [];
  if (!plan.computeSizes.includes(supabase.computeSize)) {
    problems.push({
      key: "lavlay:supabase.computeSize",
      value: supabase.computeSize,
      limit: `${plan.label} runs on ${plan.computeSizes.join(", ")}`,
      fix: `Take one of these, or change the plan: ${upgrade(all, (other) => other.computeSizes.includes(supabase.computeSize))}`,
      see: "https://supabase.com/docs/guides/platform/compute-and-disk",
    });
  }
  const { connections } = compute[supabase.computeSize];
  if (supabase.poolSize > connections) {
    problems.push({
      key: "lavlay:supabase.poolSize",
      value: String(supabase.poolSize),
      limit: `compute ${supabase.computeSize} takes ${connections} direct connections`,
      fix: "Lower it (half of them leaves room for Auth, the data API and migrations), or raise lavlay:supabase.computeSize.",
      see: "https://supabase.com/docs/guides/platform/compute-and-disk#limits-and-constraints",
    });
  }
  return problems;
}

function vercelProblems({ tier, target, plans }: Settings): Problem[] {
  if (target === "local" || tier === "free" || vercelPlans[plans.vercel].commercialUse) return [];
  return [
    {
      key: "lavlay:vercel.plan",
      value: plans.vercel,
      limit: `${vercelPlans[plans.vercel].label} is for non-commercial use, and tier ${tier} takes payments`,
      fix: `Change the plan: ${upgrade([vercelPlans.pro], () => true)}`,
      see: "https://vercel.com/docs/limits/fair-use-guidelines#commercial-usage",
    },
  ];
}
