import type { CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import type { ComputeSize, SupabasePlan } from "../../catalog/entitlements/supabase.ts";
import type { VercelPlan } from "../../catalog/entitlements/vercel.ts";
import { RefusedError } from "../../catalog/problem.ts";
import { endpointsOf, hostUrl, type Endpoints } from "./endpoints.ts";
import { entitlementProblems } from "./entitled.ts";
import { parseStackConfig, type RawConfig } from "./parse.ts";
import type { StackConfig, Tier } from "./schema.ts";
import { tiers } from "./tiers.ts";
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
  };
  readonly endpoints: Endpoints;
  readonly cloudflare: { readonly accountId: string; readonly zoneId: string; readonly zone: string };
  readonly supabase: {
    readonly organizationId: string;
    readonly region: string;
    readonly computeSize: ComputeSize;
    readonly poolSize: number;
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
  readonly rateLimit: { readonly requests: number; readonly period: number; readonly timeout: number };
  readonly auth: StackConfig["auth"];
  readonly web: {
    readonly host: string;
    /** Where people open the app; also its origin. */
    readonly url: string;
    /** Where the app reports its errors. */
    readonly sentryDsn?: string;
  };
  readonly database: {
    /** Folders of `sql/`, in order. */
    readonly sql: readonly string[];
  };
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
  const config = parseStackConfig(stack, raw);
  const settings = complete(stack, config, endpointsOf(config.target, environment));
  const open = purpose === "apply" ? unfinished(config) : [];
  const problems = [...open, ...entitlementProblems(settings)];
  if (problems.length > 0) throw new RefusedError(`Stack ${stack}`, problems);
  return deepFreeze(settings);
}

function complete(stack: string, config: StackConfig, endpoints: Endpoints): Settings {
  const tier = tiers[config.tier];
  const under = (host: string) => (host === "@" ? config.domain : `${host}.${config.domain}`);
  const mediaHost = under(config.media.host);
  const webHost = under(config.web.host);
  return {
    stack,
    tier: config.tier,
    target: config.target,
    protect: config.protect,
    plans: {
      cloudflare: config.cloudflare.plan ?? tier.plans.cloudflare,
      supabase: config.supabase.plan ?? tier.plans.supabase,
      vercel: config.vercel.plan ?? tier.plans.vercel,
    },
    endpoints,
    cloudflare: {
      accountId: config.cloudflare.accountId,
      zoneId: config.cloudflare.zoneId,
      zone: config.domain,
    },
    supabase: {
      organizationId: config.supabase.organizationId,
      region: config.supabase.region,
      computeSize: config.supabase.computeSize ?? tier.computeSize,
      poolSize: config.supabase.poolSize ?? tier.poolSize,
    },
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
    rateLimit: config.rateLimit,
    auth: config.auth,
    web: { host: webHost, url: hostUrl(endpoints, webHost), sentryDsn: config.web.sentryDsn },
    database: { sql: tier.sql },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
