import * as pulumi from "@pulumi/pulumi";
import { backgroundOf } from "./backend/background.ts";
import { Backend } from "./backend/backend.ts";
import { FunctionCalls } from "./backend/function-calls.ts";
import { Cache } from "./cache/cache.ts";
import { Database } from "./database/database.ts";
import { Edge } from "./edge/edge.ts";
import { LoadBalancer } from "./edge/load-balancer.ts";
import { Media } from "./media/media.ts";
import { healthChecksOf } from "./monitoring/checks.ts";
import { ErrorTracking } from "./monitoring/error-tracking.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { vendors } from "./providers.ts";
import type { Secrets } from "./settings/read.ts";
import type { RouteLimit, Settings } from "./settings/settings.ts";
import { Web } from "./web/web.ts";

/** Declares the whole of LavLay and returns the stack's outputs. */
export function declare(settings: Settings, secrets: Secrets): Record<string, unknown> {
  const { cloudflare, endpoints, protect, supabase } = settings;
  const opts = { providers: vendors(settings) };
  const name = `lavlay-${settings.stack}`;

  const media = new Media(
    "media",
    {
      ...cloudflare,
      ...settings.media,
      endpoints,
      protect,
      allowedOrigins: [settings.web.url],
      credentialGenerations: settings.rotation.r2,
    },
    opts,
  );

  new Edge(
    "edge",
    {
      ...cloudflare,
      mediaHost: settings.media.host,
      mediaEdgeTtl: settings.media.edgeTtl,
      webHost: settings.web.host,
      rateLimit: settings.rateLimit,
      routeLimits: settings.rateLimit.routes.map((route) => ({
        ...route,
        host: proxiedHost(settings, route),
      })),
      images: settings.images,
    },
    opts,
  );

  const cache = settings.redis
    ? new Cache("cache", { ...settings.redis, databaseName: name, endpoints }, opts)
    : undefined;

  // What people call; it is behind the load balancer, where there is one.
  const functions = ["upload-media"];
  const background = backgroundOf(settings, secrets);
  const backend = new Backend(
    "backend",
    {
      organizationId: supabase.organizationId,
      region: supabase.region,
      projectName: name,
      // Free has one size and refuses to be told which.
      computeSize: settings.plans.supabase === "free" ? undefined : supabase.computeSize,
      scale: {
        ...supabase,
        realtimeConnections: settings.plans.supabase === "free" ? undefined : supabase.realtimeConnections,
      },
      databasePassword: secrets.databasePassword,
      auth: { ...settings.auth, siteUrl: settings.web.url },
      emailHookSecret: background.emailHookSecret,
      functions: [...functions, ...background.functions],
      functionSecrets: {
        R2_ACCOUNT_ID: cloudflare.accountId,
        R2_ACCESS_KEY_ID: media.credentials.accessKeyId,
        R2_SECRET_ACCESS_KEY: media.credentials.secretAccessKey,
        R2_BUCKET_NAME: media.bucketName,
        R2_PUBLIC_URL: media.url,
        R2_ENDPOINT: media.endpoint,
        ALLOWED_ORIGINS: settings.web.url,
        ...background.functionSecrets,
        ...(cache && { REDIS_URL: cache.url, REDIS_TOKEN: cache.token }),
      },
      endpoints,
      protect,
    },
    opts,
  );

  const database = new Database("database", {
    connectionString: backend.connectionString,
    folders: settings.database.sql,
  });
  new FunctionCalls(
    "backend-function-calls",
    {
      connectionString: backend.connectionString,
      functionsUrl: pulumi.interpolate`${backend.url}/functions/v1`,
      secret: background.functionsSecret,
      calls: background.calls,
      alertReceivers: background.alertReceivers,
    },
    { dependsOn: [database] },
  );

  const { loadBalancer } = settings;
  const reads = supabase.replicaReads && supabase.replicaRegions.length > 0 ? backend.readsUrl : undefined;
  const balancer = loadBalancer
    ? new LoadBalancer(
        "edge-load-balancer",
        {
          ...cloudflare,
          ...loadBalancer,
          primary: backend.url,
          reads,
          publishableKey: backend.publishableKey,
          functions,
        },
        opts,
      )
    : undefined;
  const api = balancer?.url ?? backend.url;

  if (settings.monitoring) {
    new Monitoring(
      "monitoring",
      {
        ...cloudflare,
        ...settings.monitoring,
        webhookSecret: secrets.webhookSecret,
        plan: settings.plans.cloudflare,
        checks: healthChecksOf({
          app: settings.web.url,
          media: settings.media.url,
          api,
          publishableKey: backend.publishableKey,
        }),
        loadBalancer: loadBalancer !== undefined,
      },
      opts,
    );
  }
  const { sentry } = settings;
  const errors = sentry
    ? new ErrorTracking(
        "errors",
        { ...sentry, projectName: name, pageMilliseconds: settings.objectives.pageMilliseconds },
        opts,
      )
    : undefined;
  const sentryDsn = errors?.dsn ?? settings.web.sentryDsn;

  new Web(
    "web",
    {
      projectName: name,
      teamId: settings.vercel.team,
      host: settings.web.host,
      environment: {
        VITE_SUPABASE_URL: api,
        VITE_SUPABASE_ANON_KEY: backend.publishableKey,
        VITE_MEDIA_URL: media.url,
        // A load balancer sends reads there by itself.
        ...(reads && !balancer && { VITE_SUPABASE_READS_URL: reads }),
        ...(settings.images && { VITE_IMAGE_TRANSFORMATIONS: "true" }),
        ...(sentryDsn && { VITE_SENTRY_DSN: sentryDsn }),
      },
    },
    opts,
  );

  return {
    app: settings.web.url,
    api,
    media: media.url,
    publishableKey: backend.publishableKey,
    databaseUrl: backend.connectionString,
    // What was applied of it: `npm run rotate` goes on from there.
    rotation: settings.rotation,
  };
}

function proxiedHost({ media, loadBalancer }: Settings, { host }: RouteLimit): string {
  if (host === "media") return media.host;
  if (!loadBalancer) throw new Error("A route of the API is limited, and there is no load balancer.");
  return loadBalancer.host;
}
