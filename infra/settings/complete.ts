import { supabasePlans, type ComputeSize, type SupabasePlan } from "../../catalog/entitlements/supabase.ts";
import { hostUrl, type Endpoints } from "./endpoints.ts";
import type { StackConfig } from "./schema.ts";
import type { Settings } from "./settings.ts";
import { poolSizeFor, tiers, type TierDefaults } from "./tiers.ts";

/** A stack's settings: what its YAML says, and of what it leaves open, what its tier starts from. */
export function complete(stack: string, config: StackConfig, endpoints: Endpoints): Settings {
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

/** The tier's, but for a tier without a choice on a plan that has one: there the smallest that is sold. */
function defaultCompute(tier: TierDefaults, plan: SupabasePlan): ComputeSize {
  const { computeSizes } = supabasePlans[plan];
  return computeSizes.includes(tier.computeSize) || plan === "free" ? tier.computeSize : "micro";
}
