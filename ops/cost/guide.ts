import { r2FreeGigabytes, r2GigabyteUsd, r2Meters } from "../../catalog/prices/cloudflare.ts";
import { emailMeter } from "../../catalog/prices/email.ts";
import type { Tier } from "../../infra/settings/schema.ts";
import { formatNumber } from "./amount.ts";

/** A line of the scaling guide's cost breakdown. */
export interface GuideLine {
  /** As the guide words it. */
  readonly item: string;
  readonly monthlyUsd: number;
  /** The labels of today's costs that it stands for. */
  readonly covers: readonly string[];
  /** Why today's differs, where it does. */
  readonly difference: string;
}

const r2 = (monthlyUsd: number): GuideLine => ({
  item: "R2",
  monthlyUsd,
  covers: Object.values(r2Meters).map(({ name }) => name),
  difference: `at $${r2GigabyteUsd} a GB-month, $${monthlyUsd} is ${formatNumber(Math.floor(monthlyUsd / r2GigabyteUsd))} GB beyond the free ${r2FreeGigabytes}`,
});

const plan = (vendor: string, name: string, monthlyUsd: number, difference: string): GuideLine => ({
  item: `${vendor} ${name}`,
  monthlyUsd,
  covers: [`${vendor} plan`],
  difference,
});

const otherPlan = "the stack is on another plan, or its price has changed";

/** The guide's section "Cost Breakdown", line by line. */
export const guide: Readonly<
  Record<Tier, { readonly lines: readonly GuideLine[]; readonly totalUsd: number }>
> = {
  free: {
    lines: [plan("Supabase", "Free", 0, otherPlan), r2(5), plan("Vercel", "Free", 0, otherPlan)],
    totalUsd: 5,
  },
  pro: {
    lines: [plan("Supabase", "Pro", 25, otherPlan), r2(15), plan("Vercel", "Pro", 20, otherPlan)],
    totalUsd: 60,
  },
  team: {
    lines: [
      plan("Supabase", "Team", 599, otherPlan),
      r2(50),
      plan("Cloudflare", "Pro", 20, otherPlan),
      {
        item: "Monitoring",
        monthlyUsd: 50,
        covers: [],
        difference:
          "alerts and health checks come with Cloudflare Pro; Sentry is extra, where lavlay:sentry names an organisation",
      },
    ],
    totalUsd: 719,
  },
  enterprise: {
    lines: [
      plan("Supabase", "Enterprise", 2500, "Supabase publishes no price: it is a contract's"),
      r2(200),
      plan("Cloudflare", "Business", 200, otherPlan),
      {
        item: "Other services",
        monthlyUsd: 500,
        covers: [
          "Upstash plan",
          "Upstash commands",
          "Upstash storage",
          "Cloudflare images",
          "Cloudflare image transformations",
          "Cloudflare load balancer",
          emailMeter.name,
        ],
        difference: "the guide does not say which; here they are Redis, images, load balancer and e-mails",
      },
    ],
    totalUsd: 3400,
  },
};

const left = "the guide leaves it out";

/** Why the guide's breakdown has no line for a cost of today, by its label. */
export const leftOut: Readonly<Record<string, string>> = {
  "Supabase compute": "the guide counts no compute beyond the credit",
  "Supabase read replicas": "the guide counts no replicas, and they have no credit",
  "Supabase disk of the replicas": "the guide counts no replicas",
  "Supabase point-in-time recovery": "the guide counts no point-in-time recovery",
  "Vercel plan": `${left} on this tier, though taking payments needs Vercel Pro`,
  [emailMeter.name]: "elsewhere the guide has $10-40 for them at 100K users; no price is known today",
};

/** The difference of a cost that has no line in the guide's breakdown. */
export function leftOutBecause(label: string): string {
  return leftOut[label] ?? left;
}

/** Where the guide disagrees with itself. */
export const guideNote =
  "The guide's table of components says $50-175 a month at 100K users, $25-99 of it for the database; its cost breakdown says $719 and $599.";
