import { cloudflarePlanNames } from "../../catalog/entitlements/cloudflare.ts";
import { computeSizes, supabasePlanNames } from "../../catalog/entitlements/supabase.ts";
import { upstashPlanNames } from "../../catalog/entitlements/upstash.ts";
import { vercelPlanNames } from "../../catalog/entitlements/vercel.ts";
import { isRefusal } from "../../catalog/problem.ts";
import { parseStackConfig } from "../../infra/settings/parse.ts";
import type { StackConfig, Tier } from "../../infra/settings/schema.ts";
import { poolSizeFor, tiers, type TierDefaults } from "../../infra/settings/tiers.ts";
import type { StackFile } from "../../infra/settings/stack-file.ts";
import type { Verb } from "./arguments.ts";

/** A key of the stack's YAML that keeps it from being as its new tier is: to keep, or to drop. */
export interface Override {
  readonly key: string;
  /** What the YAML says, as JSON. */
  readonly value: string;
  /** What the tier would bring, as JSON. */
  readonly tier: string;
}

/** A key in which tiers differ. */
interface Differing {
  readonly key: string;
  readonly own: (config: StackConfig) => unknown;
  readonly brings: (tier: TierDefaults, config: StackConfig) => unknown;
  /** The values from least to most, where they are neither numbers, booleans nor lists. */
  readonly scale?: readonly string[];
}

/** The disk is not among them: it never shrinks, and growing is not a matter of taste. */
const differing: readonly Differing[] = [
  {
    key: "lavlay:supabase.plan",
    own: ({ supabase }) => supabase.plan,
    brings: ({ plans }) => plans.supabase,
    scale: supabasePlanNames,
  },
  {
    key: "lavlay:cloudflare.plan",
    own: ({ cloudflare }) => cloudflare.plan,
    brings: ({ plans }) => plans.cloudflare,
    scale: cloudflarePlanNames,
  },
  {
    key: "lavlay:vercel.plan",
    own: ({ vercel }) => vercel.plan,
    brings: ({ plans }) => plans.vercel,
    scale: vercelPlanNames,
  },
  {
    key: "lavlay:redis.plan",
    own: ({ redis }) => redis.plan,
    brings: ({ plans }) => plans.upstash,
    scale: upstashPlanNames,
  },
  {
    key: "lavlay:supabase.computeSize",
    own: ({ supabase }) => supabase.computeSize,
    brings: ({ computeSize }) => computeSize,
    scale: computeSizes,
  },
  {
    key: "lavlay:supabase.poolSize",
    own: ({ supabase }) => supabase.poolSize,
    brings: ({ computeSize }, { supabase }) => poolSizeFor(supabase.computeSize ?? computeSize),
  },
  {
    key: "lavlay:supabase.replicaRegions",
    own: ({ supabase }) => supabase.replicaRegions,
    brings: ({ replicaRegions }, { supabase }) => replicaRegions(supabase.region),
  },
  {
    key: "lavlay:supabase.replicaReads",
    own: ({ supabase }) => supabase.replicaReads,
    brings: ({ replicaRegions }, { supabase }) =>
      replicaRegions(supabase.region).length > 0 ? true : supabase.replicaReads,
  },
  {
    key: "lavlay:supabase.pointInTimeRecoveryDays",
    own: ({ supabase }) => supabase.pointInTimeRecoveryDays,
    brings: ({ pointInTimeRecoveryDays }) => pointInTimeRecoveryDays,
  },
  {
    key: "lavlay:supabase.dedicatedPooler",
    own: ({ supabase }) => supabase.dedicatedPooler,
    brings: ({ dedicatedPooler }) => dedicatedPooler,
  },
  {
    key: "lavlay:supabase.realtimeConnections",
    own: ({ supabase }) => supabase.realtimeConnections,
    brings: ({ realtimeConnections }) => realtimeConnections,
  },
  {
    key: "lavlay:rateLimit.routes",
    own: ({ rateLimit }) => rateLimit.routes,
    brings: ({ routes }) => routes,
  },
  { key: "lavlay:redis.enabled", own: ({ redis }) => redis.enabled, brings: ({ redis }) => redis },
  { key: "lavlay:images.enabled", own: ({ images }) => images.enabled, brings: ({ images }) => images },
  {
    key: "lavlay:loadBalancer.enabled",
    own: ({ loadBalancer }) => loadBalancer.enabled,
    brings: ({ loadBalancer }) => loadBalancer,
  },
  {
    key: "lavlay:monitoring.enabled",
    own: ({ monitoring }) => monitoring.enabled,
    brings: ({ monitoring }) => monitoring,
  },
];

/**
 * What of the YAML keeps a stack below what the tier brings, or, on the way down, above it. Nothing where the YAML has not the
 * form that it should: that is refused by itself.
 */
export function overrides(verb: Verb, stack: string, file: StackFile, to: Tier): Override[] {
  const config = configOf(stack, file);
  if (!config) return [];
  return differing.flatMap(({ key, own, brings, scale }) => {
    const [mine, theirs] = [own(config), brings(tiers[to], config)];
    if (mine === undefined) return [];
    const more = rank(mine, scale) - rank(theirs, scale);
    const keeps = verb === "promote" ? more < 0 : more > 0;
    return keeps ? [{ key, value: JSON.stringify(mine), tier: JSON.stringify(theirs) }] : [];
  });
}

function configOf(stack: string, { values, secretKeys }: StackFile): StackConfig | undefined {
  // A password that is not set yet is told elsewhere.
  const password = "lavlay:databasePassword";
  try {
    return parseStackConfig(stack, {
      values: { [password]: "not set, nor needed here", ...values },
      secretKeys: new Set([...secretKeys, password]),
    });
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function rank(value: unknown, scale: readonly string[] | undefined): number {
  if (Array.isArray(value)) return value.length;
  return scale ? scale.indexOf(String(value)) : Number(value);
}
