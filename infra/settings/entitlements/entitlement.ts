import { formatPrice, type PlanPrice } from "../../../catalog/entitlements/price.ts";
import type { Problem } from "../../../catalog/problem.ts";
import type { Settings } from "../settings.ts";

/** A plan as far as refusals speak of it. */
export interface Plan {
  readonly label: string;
  readonly price: PlanPrice;
}

/** One limit of a vendor's plans, and the settings it binds. */
export interface Entitlement {
  readonly vendor: "Cloudflare" | "Supabase" | "Vercel";
  /** What is limited, such as `edge TTL, least`. */
  readonly name: string;
  /** The limit on each plan, cheapest first, in words. */
  readonly limits: readonly { readonly plan: string; readonly limit: string }[];
  /** What of the settings the plan does not allow. */
  problems(settings: Settings): Problem[];
}

/** A value of the settings that an entitlement is about. */
export interface Claim<V> {
  /** Its key, such as `lavlay:media.edgeTtl`. */
  readonly key: string;
  readonly value: V;
  /** As it is shown; default: the value. */
  readonly shown?: string;
}

export interface EntitlementOptions<P extends Plan, V> {
  readonly vendor: Entitlement["vendor"];
  readonly name: string;
  /** The vendor's plans, cheapest first. */
  readonly plans: readonly P[];
  /** The stack's plan. */
  readonly plan: (settings: Settings) => P;
  /** What the settings ask for; nothing where they do not ask. */
  readonly claims: (settings: Settings) => readonly Claim<V>[];
  readonly allows: (plan: P, value: V, settings: Settings) => boolean;
  /** What a plan allows, in words that follow its name: `allows no edge TTL under 7200 s`. */
  readonly limit: (plan: P) => string;
  /** What to do on this plan: `Raise it`. */
  readonly fix: string;
  /** Where the limit can be read. */
  readonly see: string;
}

/** An entitlement whose refusal names the cheapest plan that would allow what is asked for, and its price. */
export function entitlement<P extends Plan, V>(options: EntitlementOptions<P, V>): Entitlement {
  const { vendor, name, plans, fix, see, limit, allows } = options;
  return {
    vendor,
    name,
    limits: plans.map((plan) => ({ plan: plan.label, limit: limit(plan) })),
    problems(settings) {
      const plan = options.plan(settings);
      return options
        .claims(settings)
        .filter(({ value }) => !allows(plan, value, settings))
        .map(({ key, value, shown = String(value) }) => {
          const larger = plans.find((other) => allows(other, value, settings));
          const upgrade = larger
            ? `${larger.label} (${formatPrice(larger.price)}) allows it.`
            : "no plan allows it.";
          return {
            key,
            value: shown,
            limit: `${plan.label} ${limit(plan)}`,
            fix: `${fix}, or change the plan: ${upgrade}`,
            see,
          };
        });
    },
  };
}
