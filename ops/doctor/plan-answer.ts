import { formatPrice, type PlanPrice } from "../../catalog/entitlements/price.ts";
import { entitlementProblems } from "../../infra/settings/entitlements/index.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { fail, ok, unknown, warn, type Answer } from "./finding.ts";

export interface PlanComparison {
  readonly settings: Settings;
  readonly vendor: "cloudflare" | "supabase" | "vercel";
  /** The plans by name, cheapest first. */
  readonly plans: Readonly<Record<string, { readonly label: string; readonly price: PlanPrice }>>;
  /** As the vendor names the plan it has. */
  readonly real: string | undefined;
  /** Where a plan is bought. */
  readonly upgradeAt: string;
}

/** The plan that a vendor really has against the declared one. */
export function planAnswer({ settings, vendor, plans, real, upgradeAt }: PlanComparison): Answer {
  const names = Object.keys(plans);
  const declared = settings.plans[vendor];
  const had = plans[real ?? ""];
  const wanted = plans[declared];
  if (!real || !had || !wanted) {
    return unknown(`the vendor names the plan ${real ?? "(nothing)"}, which is none of ${names.join(", ")}`);
  }
  if (real === declared) return ok(had.label);
  const declare = `pulumi config set --path 'lavlay:${vendor}.plan' ${real} -s ${settings.stack}`;
  if (names.indexOf(real) > names.indexOf(declared)) {
    return warn(
      `${had.label}, and the stack declares ${wanted.label}: what is paid for is not used`,
      `Declare it: ${declare}`,
    );
  }
  const needs = entitlementProblems({ ...settings, plans: { ...settings.plans, [vendor]: real } });
  const meaning =
    needs.length > 0
      ? `; of what the stack declares it does not allow ${[...new Set(needs.map(({ key }) => key))].join(", ")}`
      : "";
  return fail(
    `${had.label}, lower than the declared ${wanted.label}${meaning}`,
    `Upgrade to ${wanted.label} (${formatPrice(wanted.price)}) at ${upgradeAt}, or declare what there is: ${declare}`,
  );
}
