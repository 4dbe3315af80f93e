import type { Problem } from "../../../catalog/problem.ts";
import type { Settings } from "../settings.ts";
import { cloudflareEntitlements } from "./cloudflare.ts";
import type { Entitlement } from "./entitlement.ts";
import { computeEntitlements, supabaseEntitlements } from "./supabase.ts";
import { vercelEntitlements } from "./vercel.ts";

export type { Entitlement } from "./entitlement.ts";

/** Every limit that a stack's settings are held against. Those that no setting can break are not among them. */
export const entitlements: readonly Entitlement[] = [
  ...cloudflareEntitlements,
  ...supabaseEntitlements,
  ...computeEntitlements,
  ...vercelEntitlements,
];

/** Everything in the settings that the declared plans do not allow, each with the plan that would and its price. */
export function entitlementProblems(settings: Settings): Problem[] {
  return entitlements.flatMap((entitlement) => entitlement.problems(settings));
}
