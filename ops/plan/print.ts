import pc from "picocolors";
import { cloudflarePlans } from "../../catalog/entitlements/cloudflare.ts";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { vercelPlans } from "../../catalog/entitlements/vercel.ts";
import { formatProblem } from "../../catalog/problem.ts";
import { tiers } from "../../infra/settings/tiers.ts";
import type { PlannedResource, PlanReport } from "./plan.ts";

/** The plan for a terminal: what the stack is, then its resources by component. */
export function printPlan(report: PlanReport): string {
  const { settings, resources, beforeUp, refused } = report;
  const { plans } = settings;
  return [
    pc.bold(
      `Stack ${report.stack}: tier ${settings.tier}, ${tiers[settings.tier].users} users, on ${settings.target}`,
    ),
    [cloudflarePlans[plans.cloudflare], supabasePlans[plans.supabase], vercelPlans[plans.vercel]]
      .map(({ label }) => label)
      .join(" · "),
    "",
    ...tree(resources),
    "",
    `${resources.length} resources, ${resources.filter(({ protect }) => protect).length} of them protected`,
    ...(refused.length > 0
      ? ["", pc.red("Would be refused:"), ...refused.map((p) => `  - ${formatProblem(p)}`)]
      : []),
    ...(beforeUp.length > 0
      ? ["", pc.yellow("Before `pulumi up`:"), ...beforeUp.map((p) => `  - ${formatProblem(p)}`)]
      : []),
  ].join("\n");
}

function tree(resources: readonly PlannedResource[]): string[] {
  const width = Math.max(...resources.map(({ name }) => name.length));
  const groups = new Map<string, PlannedResource[]>();
  for (const resource of resources) {
    const component = resource.path.join(" › ");
    groups.set(component, [...(groups.get(component) ?? []), resource]);
  }
  return [...groups].flatMap(([component, members]) => [
    pc.cyan(component || "stack"),
    ...members.map(
      ({ name, type, protect }) =>
        `  ${name.padEnd(width)}  ${pc.dim(shortType(type))}${protect ? pc.green("  protected") : ""}`,
    ),
  ]);
}

/** `cloudflare:index/r2Bucket:R2Bucket` → `cloudflare R2Bucket`. */
function shortType(type: string): string {
  const [provider = "", , name = ""] = type.split(":");
  return `${provider === "pulumi-nodejs" ? "supabase" : provider} ${name}`;
}
