import type * as pulumi from "@pulumi/pulumi";
import { Backend } from "./backend/backend.ts";
import { Database } from "./database/database.ts";
import { Edge } from "./edge/edge.ts";
import { Media } from "./media/media.ts";
import { vendors } from "./providers.ts";
import type { Settings } from "./settings/settings.ts";
import { Web } from "./web/web.ts";

/** What a stack's configuration holds encrypted. */
export interface Secrets {
  databasePassword: pulumi.Output<string>;
}

/** Declares the whole of LavLay and returns the stack's outputs. */
export function declare(settings: Settings, secrets: Secrets): Record<string, unknown> {
  const { endpoints, protect } = settings;
  const opts = { providers: vendors(settings) };
  const name = `lavlay-${settings.stack}`;

  const media = new Media(
    "media",
    { ...settings.cloudflare, ...settings.media, endpoints, protect, allowedOrigins: [settings.web.url] },
    opts,
  );

  new Edge(
    "edge",
    {
      ...settings.cloudflare,
      mediaHost: settings.media.host,
      mediaEdgeTtl: settings.media.edgeTtl,
      webHost: settings.web.host,
      rateLimit: settings.rateLimit,
    },
    opts,
  );

  const backend = new Backend(
    "backend",
    {
      ...settings.supabase,
      projectName: name,
      // Free has one size and refuses to be told which.
      computeSize: settings.plans.supabase === "free" ? undefined : settings.supabase.computeSize,
      databasePassword: secrets.databasePassword,
      auth: { ...settings.auth, siteUrl: settings.web.url },
      functions: ["upload-media"],
      functionSecrets: {
        R2_ACCOUNT_ID: settings.cloudflare.accountId,
        R2_ACCESS_KEY_ID: media.credentials.accessKeyId,
        R2_SECRET_ACCESS_KEY: media.credentials.secretAccessKey,
        R2_BUCKET_NAME: media.bucketName,
        R2_PUBLIC_URL: media.url,
        R2_ENDPOINT: media.endpoint,
        ALLOWED_ORIGINS: settings.web.url,
      },
      endpoints,
      protect,
    },
    opts,
  );

  new Database("database", { connectionString: backend.connectionString, folders: settings.database.sql });

  new Web(
    "web",
    {
      projectName: name,
      teamId: settings.vercel.team,
      host: settings.web.host,
      environment: {
        VITE_SUPABASE_URL: backend.url,
        VITE_SUPABASE_ANON_KEY: backend.publishableKey,
        VITE_MEDIA_URL: media.url,
        ...(settings.web.sentryDsn && { VITE_SENTRY_DSN: settings.web.sentryDsn }),
      },
    },
    opts,
  );

  return {
    app: settings.web.url,
    api: backend.url,
    media: media.url,
    publishableKey: backend.publishableKey,
    databaseUrl: backend.connectionString,
  };
}
