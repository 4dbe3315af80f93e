import type { CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import type { ComputeSize, SupabasePlan } from "../../catalog/entitlements/supabase.ts";
import type { UpstashPlan } from "../../catalog/entitlements/upstash.ts";
import type { VercelPlan } from "../../catalog/entitlements/vercel.ts";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { complete } from "./complete.ts";
import { inconsistencies } from "./consistent.ts";
import { endpointsOf, type Endpoints } from "./endpoints.ts";
import { entitlementProblems } from "./entitlements/index.ts";
import { parseStackConfig, type RawConfig } from "./parse.ts";
import type { StackConfig, Tier } from "./schema.ts";
import type { proxiedHosts } from "./schema/rate-limit.ts";
import type { recoveryDays } from "./schema/supabase.ts";
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

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
