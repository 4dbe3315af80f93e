import { cloudflarePlans } from "../../catalog/entitlements/cloudflare.ts";
import type { PlanPrice } from "../../catalog/entitlements/price.ts";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { sentryPlans } from "../../catalog/entitlements/sentry.ts";
import { upstashPlans } from "../../catalog/entitlements/upstash.ts";
import { vercelPlans } from "../../catalog/entitlements/vercel.ts";
import { imageMeters } from "../../catalog/prices/cloudflare.ts";
import { sources, type Source } from "../../catalog/prices/source.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { sumOf, type CostLine, type Sum } from "./amount.ts";
import { supabaseLines } from "./supabase-lines.ts";

/** The floor: what a stack costs a month before its first user comes. */
export interface StackCost extends Sum {
  readonly stack: string;
  readonly lines: readonly CostLine[];
  /** What its settings say that it may cost. */
  readonly budgetUsd?: number;
}

/**
 * The floor of a stack. What belongs to an organisation (the plan, the compute credit) is counted as though the stack
 * were its only project. The local target costs nothing.
 */
export function stackCost(settings: Settings): StackCost {
  const lines =
    settings.target === "local"
      ? []
      : [...planLines(settings), ...supabaseLines(settings), ...cloudflareLines(settings)];
  return { stack: settings.stack, lines, ...sumOf(lines), budgetUsd: settings.budget?.monthlyUsd };
}

function planLines({ plans, sentry }: Settings): CostLine[] {
  return [
    planLine(
      "Supabase plan",
      supabasePlans[plans.supabase],
      plans.supabase === "enterprise" ? sources.supabaseContract : sources.supabase,
    ),
    planLine(
      "Cloudflare plan",
      cloudflarePlans[plans.cloudflare],
      plans.cloudflare === "enterprise" ? sources.cloudflareContract : sources.cloudflarePlans,
    ),
    planLine("Vercel plan", vercelPlans[plans.vercel], sources.vercel),
    ...(plans.upstash ? [planLine("Upstash plan", upstashPlans[plans.upstash], sources.upstash)] : []),
    ...(sentry ? [planLine("Sentry plan", sentryPlans[sentry.plan], sources.sentry)] : []),
  ];
}

function planLine(label: string, plan: { label: string; price: PlanPrice }, source: Source): CostLine {
  const { monthlyUsd, per, note } = plan.price;
  return { label, monthlyUsd, how: `${plan.label}, one ${per}${note ? `; ${note}` : ""}`, source };
}

function cloudflareLines({ images, loadBalancer }: Settings): CostLine[] {
  const lines: CostLine[] = [];
  if (images) {
    lines.push({
      label: "Cloudflare images",
      monthlyUsd: 0,
      how: `resizing and Polish come with the plan, ${imageMeters.imageTransformations.included} transformations a month with them`,
      source: sources.images,
    });
  }
  if (loadBalancer) {
    lines.push({
      label: "Cloudflare load balancer",
      monthlyUsd: "unknown",
      how: `an add-on on every plan, for ${loadBalancer.host}`,
      source: sources.loadBalancing,
    });
  }
  return lines;
}
