import { cloudflarePlans } from "../../catalog/entitlements/cloudflare.ts";
import { formatPrice, type PlanPrice } from "../../catalog/entitlements/price.ts";
import { supabasePlanNames, supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { upstashPlans } from "../../catalog/entitlements/upstash.ts";
import { vercelPlans } from "../../catalog/entitlements/vercel.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import type { Verb } from "./arguments.ts";

/** Something that no API does, or that is an operator's to decide. */
export interface ByHand {
  /** A higher plan is bought before `up`, which needs it; a lower one after it, when nothing needs the higher any more. */
  readonly when: "before up" | "after up";
  readonly what: string;
  readonly where: string;
  /** How to see that it is done. */
  readonly check: string;
}

/** What a person has to do for a stack to move; nothing where it runs on this machine. */
export function byHand(verb: Verb, before: Settings, after: Settings): ByHand[] {
  if (after.target === "local") return [];
  const steps = [
    supabasePlan(before, after),
    spendCap(before, after),
    physicalBackups(before, after),
    cloudflarePlan(before, after),
    loadBalancing(before, after),
    vercelPlan(before, after),
    upstash(before, after),
    mail(verb, before, after),
  ].filter((step) => step !== undefined);
  const when = verb === "promote" ? ("before up" as const) : ("after up" as const);
  return steps.map((step) => ({ when, ...step }));
}

type Step = Omit<ByHand, "when"> & Partial<Pick<ByHand, "when">>;

interface Plan {
  readonly label: string;
  readonly price: PlanPrice;
}
const fromTo = (before: Plan, after: Plan) =>
  `from ${before.label} to ${after.label} (${formatPrice(after.price)})`;

/** A request that an operator can paste: the token stays in the environment. */
const asking = (token: string, url: string) => `curl -s -H "Authorization: Bearer $${token}" ${url}`;

function supabasePlan({ plans: old }: Settings, { plans, supabase }: Settings): Step | undefined {
  if (old.supabase === plans.supabase) return undefined;
  const { organizationId } = supabase;
  const contract =
    plans.supabase === "enterprise"
      ? " It is sold by contract: https://supabase.com/contact/enterprise."
      : "";
  const free =
    plans.supabase === "free" ? " Free has two active projects in all; the organisation's others count." : "";
  return {
    what: `Change the plan of the Supabase organisation ${organizationId} ${fromTo(supabasePlans[old.supabase], supabasePlans[plans.supabase])}. All its projects get it.${contract}${free}`,
    where: `https://supabase.com/dashboard/org/${organizationId}/billing`,
    check: `"plan": "${plans.supabase}" is in the answer of ${asking("SUPABASE_ACCESS_TOKEN", `https://api.supabase.com/v1/organizations/${organizationId}`)}`,
  };
}

/** Only Pro has one. */
function spendCap({ plans: old }: Settings, { plans, supabase }: Settings): Step | undefined {
  if (plans.supabase !== "pro" || old.supabase === "pro") return undefined;
  return {
    what: "Decide on Supabase's spend cap. On: the project is restricted once the usage that the plan includes is used up. Off: usage beyond it is billed. It never covers compute, replicas, recovery or IPv4.",
    where: `https://supabase.com/dashboard/org/${supabase.organizationId}/billing`,
    check: "the same page, under Cost Control",
  };
}

function physicalBackups({ supabase: old }: Settings, { supabase }: Settings): Step | undefined {
  const first = old.replicaRegions.length === 0 && supabase.replicaRegions.length > 0;
  if (!first || supabase.pointInTimeRecoveryDays > 0) return undefined;
  return {
    what: "Have physical backups turned on for the project: read replicas are made of them, and without point-in-time recovery they are not there by themselves.",
    where: "https://supabase.com/dashboard/support/new",
    check: `"walg_enabled": true is in the answer of ${asking("SUPABASE_ACCESS_TOKEN", "https://api.supabase.com/v1/projects/PROJECT_REF/database/backups")}`,
  };
}

function cloudflarePlan({ plans: old }: Settings, { plans, cloudflare }: Settings): Step | undefined {
  if (old.cloudflare === plans.cloudflare) return undefined;
  const { accountId, zone, zoneId } = cloudflare;
  return {
    what: `Change the plan of the Cloudflare zone ${zone} ${fromTo(cloudflarePlans[old.cloudflare], cloudflarePlans[plans.cloudflare])}.`,
    where: `https://dash.cloudflare.com/${accountId}/${zone}`,
    check: `result.plan has "legacy_id": "${plans.cloudflare}" in the answer of ${asking("CLOUDFLARE_API_TOKEN", `https://api.cloudflare.com/client/v4/zones/${zoneId}`)}`,
  };
}

function loadBalancing({ loadBalancer: old }: Settings, after: Settings): Step | undefined {
  const { loadBalancer, cloudflare } = after;
  if ((old === undefined) === (loadBalancer === undefined)) return undefined;
  return {
    what: loadBalancer
      ? `Buy the add-on Load Balancing for the zone ${cloudflare.zone}, for 2 endpoints or more.`
      : `Cancel the add-on Load Balancing of the zone ${cloudflare.zone}, unless another stack uses it.`,
    where: `https://dash.cloudflare.com/${cloudflare.accountId}/${cloudflare.zone}/traffic/load-balancing`,
    check: loadBalancer ? "that page offers to create a load balancer" : "that page offers to buy it",
  };
}

function vercelPlan({ plans: old }: Settings, { plans, vercel }: Settings): Step | undefined {
  if (old.vercel === plans.vercel) return undefined;
  return {
    what: `Change the plan of ${vercel.team ? `the Vercel team ${vercel.team}` : "the Vercel account"} ${fromTo(vercelPlans[old.vercel], vercelPlans[plans.vercel])}.`,
    where: "https://vercel.com/dashboard, the team's Settings, Billing",
    check: `the same page names ${vercelPlans[plans.vercel].label}`,
  };
}

function upstash({ plans: old }: Settings, { plans }: Settings): Step | undefined {
  if (plans.upstash === undefined || old.upstash === plans.upstash) return undefined;
  const { label } = upstashPlans[plans.upstash];
  const pays = plans.upstash === "payg" ? ", add a way to pay" : "";
  return {
    what: `Have an Upstash account on ${label}${pays}, and put its key into the environment of \`up\` as UPSTASH_EMAIL and UPSTASH_API_KEY.`,
    where: "https://console.upstash.com/account/api",
    check: `a list is the answer of curl -s -u "$UPSTASH_EMAIL:$UPSTASH_API_KEY" https://api.upstash.com/v2/redis/databases`,
  };
}

/** Where the stack begins to have more users than its own team. */
function mail(verb: Verb, { plans: old }: Settings, { plans }: Settings): Step | undefined {
  const rank = (plan: Settings["plans"]["supabase"]) => supabasePlanNames.indexOf(plan);
  if (verb === "demote" || rank(old.supabase) >= rank(plans.supabase)) return undefined;
  return {
    what: "See that Auth sends its mail through an SMTP server of yours: Supabase's own serves the organisation's members alone.",
    where: "https://supabase.com/dashboard/project/_/auth/smtp",
    check: "sign up in the app with an address that is not a member's: the mail comes",
  };
}
