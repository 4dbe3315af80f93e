import type { CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import { supabasePlans, type ComputeSize, type SupabasePlan } from "../../catalog/entitlements/supabase.ts";
import type { UpstashPlan } from "../../catalog/entitlements/upstash.ts";
import type { VercelPlan } from "../../catalog/entitlements/vercel.ts";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { inconsistencies } from "./consistent.ts";
import { endpointsOf, hostUrl, type Endpoints } from "./endpoints.ts";
import { entitlementProblems } from "./entitlements/index.ts";
import { parseStackConfig, type RawConfig } from "./parse.ts";
import type { proxiedHosts, recoveryDays, StackConfig, Tier } from "./schema.ts";
import { poolSizeFor, tiers, type TierDefaults } from "./tiers.ts";
import { unfinished } from "./unfinished.ts";

/** The valid configuration of one stack: a plain frozen value without secrets that decides which resources exist. */
export interface Settings {
  readonly stack: string;
  readonly tier: Tier;
  readonly target: "cloud" | "local";
  /** Whether what holds data is protected and kept on deletion. */
  readonly protect: boolean;
  readonly plans: {
    readonly cloudflare: CloudflarePlan;
    readonly supabase: SupabasePlan;
    readonly vercel: VercelPlan;
    /** Absent where there is no Redis. */
    readonly upstash?: UpstashPlan;
  };
  readonly endpoints: Endpoints;
  readonly cloudflare: { readonly accountId: string; readonly zoneId: string; readonly zone: string };
  readonly supabase: {
    readonly organizationId: string;
    readonly region: string;
    readonly computeSize: ComputeSize;
    readonly poolSize: number;
    /** Absent on Supabase Free. */
    readonly diskGigabytes?: number;
    /** One read replica each. */
    readonly replicaRegions: readonly string[];
    /** Whether the app reads from the replicas. */
    readonly replicaReads: boolean;
    readonly pointInTimeRecoveryDays: (typeof recoveryDays)[number];
    readonly dedicatedPooler: boolean;
    readonly realtimeConnections: number;
  };
  readonly vercel: { readonly team?: string };
  readonly media: {
    readonly bucket: string;
    readonly jurisdiction: "default" | "eu" | "fedramp";
    readonly location?: string;
    /** The media host, such as `media.lavlay.com`. */
    readonly host: string;
    /** Where people fetch media, such as `https://media.lavlay.com`. */
    readonly url: string;
    /** Seconds. */
    readonly edgeTtl: number;
    readonly abortUploadsAfterDays: number;
  };
  /** Requests per period; period and timeout in seconds. */
  readonly rateLimit: {
    readonly requests: number;
    readonly period: number;
    readonly timeout: number;
    readonly routes: readonly RouteLimit[];
  };
  readonly redis?: { readonly region: string };
  readonly images?: { readonly polish: "off" | "lossless" | "lossy" };
  readonly loadBalancer?: {
    /** The API's own host, such as `api.lavlay.com`. */
    readonly host: string;
    readonly url: string;
    readonly intervalSeconds: number;
  };
  /** Absent where nobody is alerted. */
  readonly monitoring?: { readonly emails: readonly string[]; readonly webhook?: string };
  /** Absent where Sentry is not asked for. */
  readonly sentry?: StackConfig["sentry"];
  /** What exists at the vendors and is taken over, by the resource's name. */
  readonly adopt: StackConfig["adopt"];
  readonly budget?: { readonly monthlyUsd: number };
  /** What the running stack is to reach: milliseconds and percent, as their names say. */
  readonly objectives: StackConfig["objectives"];
  /** Absent where no provider sends e-mails. */
  readonly email?: StackConfig["email"];
  /** Absent where nothing is sold. */
  readonly payments?: StackConfig["payments"];
  readonly auth: StackConfig["auth"];
  readonly web: {
    readonly host: string;
    /** Where people open the app; also its origin. */
    readonly url: string;
    /** Where the app reports its errors. */
    readonly sentryDsn?: string;
  };
  /** Which of the credentials that `npm run rotate` exchanges are valid. */
  readonly rotation: StackConfig["rotation"];
  readonly database: {
    /** Folders of `sql/`, in order. */
    readonly sql: readonly string[];
  };
}

/** A limit of one route; period and timeout in seconds. */
export interface RouteLimit {
  readonly name: string;
  readonly host: (typeof proxiedHosts)[number];
  /** What paths begin with. */
  readonly path: string;
  readonly requests: number;
  readonly period: number;
  readonly timeout: number;
}

/**
 * The settings of a stack. Placeholders for the operator's own ids are enough to plan with, not to apply.
 * @throws RefusedError with every mistake in it, plan limits included.
 */
export function settingsOf(
  stack: string,
  raw: RawConfig,
  environment: NodeJS.ProcessEnv,
  purpose: "plan" | "apply",
): Settings {
  const { settings, problems } = examineSettings(stack, raw, environment, purpose);
  if (problems.length > 0) throw new RefusedError(`Stack ${stack}`, problems);
  return settings;
}

/**
 * The settings with what keeps them from being applied, for those who look at a stack and do not act on it.
 * @throws RefusedError where the configuration cannot even be read
 */
export function examineSettings(
  stack: string,
  raw: RawConfig,
  environment: NodeJS.ProcessEnv,
  purpose: "plan" | "apply",
): { settings: Settings; problems: Problem[] } {
  const config = parseStackConfig(stack, raw);
  const settings = deepFreeze(complete(stack, config, endpointsOf(config.target, environment)));
  const open = purpose === "apply" ? unfinished(config) : [];
  return { settings, problems: [...open, ...inconsistencies(settings), ...entitlementProblems(settings)] };
}

function complete(stack: string, config: StackConfig, endpoints: Endpoints): Settings {
  const tier = tiers[config.tier];
  const under = (host: string) => (host === "@" ? config.domain : `${host}.${config.domain}`);
  const mediaHost = under(config.media.host);
  const webHost = under(config.web.host);
  const apiHost = under(config.loadBalancer.host);
  const redis = config.redis.enabled ?? tier.redis;
  const { images, loadBalancer, monitoring } = config;
  const plans = {
    cloudflare: config.cloudflare.plan ?? tier.plans.cloudflare,
    supabase: config.supabase.plan ?? tier.plans.supabase,
    vercel: config.vercel.plan ?? tier.plans.vercel,
    ...(redis && { upstash: config.redis.plan ?? tier.plans.upstash }),
  };
  return {
    stack,
    tier: config.tier,
    target: config.target,
    protect: config.protect,
    plans,
    endpoints,
    cloudflare: {
      accountId: config.cloudflare.accountId,
      zoneId: config.cloudflare.zoneId,
      zone: config.domain,
    },
    supabase: supabaseSettings(config.supabase, tier, plans.supabase),
    vercel: { team: config.vercel.team },
    media: {
      bucket: config.media.bucket,
      jurisdiction: config.media.jurisdiction,
      location: config.media.location,
      host: mediaHost,
      url: hostUrl(endpoints, mediaHost),
      edgeTtl: config.media.edgeTtl,
      abortUploadsAfterDays: config.media.abortUploadsAfterDays,
    },
    rateLimit: { ...config.rateLimit, routes: config.rateLimit.routes ?? tier.routes },
    ...(redis && { redis: { region: config.redis.region ?? config.supabase.region } }),
    ...((images.enabled ?? tier.images) && { images: { polish: images.polish } }),
    ...((loadBalancer.enabled ?? tier.loadBalancer) && {
      loadBalancer: {
        host: apiHost,
        url: hostUrl(endpoints, apiHost),
        intervalSeconds: loadBalancer.intervalSeconds,
      },
    }),
    ...((monitoring.enabled ?? tier.monitoring) && {
      monitoring: { emails: monitoring.emails, webhook: monitoring.webhook },
    }),
    sentry: config.sentry,
    adopt: config.adopt,
    budget: config.budget,
    objectives: config.objectives,
    email: config.email,
    payments: config.payments,
    auth: config.auth,
    rotation: config.rotation,
    web: { host: webHost, url: hostUrl(endpoints, webHost), sentryDsn: config.web.sentryDsn },
    database: { sql: tier.sql },
  };
}

/** The tier's, but for a tier without a choice on a plan that has one: there the smallest that is sold. */
function defaultCompute(tier: TierDefaults, plan: SupabasePlan): ComputeSize {
  const { computeSizes } = supabasePlans[plan];
  return computeSizes.includes(tier.computeSize) || plan === "free" ? tier.computeSize : "micro";
}

function supabaseSettings(
  config: StackConfig["supabase"],
  tier: TierDefaults,
  plan: SupabasePlan,
): Settings["supabase"] {
  const { organizationId, region, replicaReads } = config;
  const recovery = config.pointInTimeRecoveryDays ?? tier.pointInTimeRecoveryDays;
  const computeSize = config.computeSize ?? defaultCompute(tier, plan);
  return {
    organizationId,
    region,
    computeSize,
    poolSize: config.poolSize ?? poolSizeFor(computeSize),
    diskGigabytes: config.diskGigabytes ?? tier.diskGigabytes,
    replicaRegions: config.replicaRegions ?? tier.replicaRegions(region),
    replicaReads,
    pointInTimeRecoveryDays: recovery,
    dedicatedPooler: config.dedicatedPooler ?? tier.dedicatedPooler,
    realtimeConnections: config.realtimeConnections ?? tier.realtimeConnections,
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
