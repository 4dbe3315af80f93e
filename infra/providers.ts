import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import * as sentry from "@pulumiverse/sentry";
import * as vercel from "@pulumiverse/vercel";
import * as upstash from "@upstash/pulumi";
import type { Settings } from "./settings/settings.ts";

/**
 * The vendors, passed down explicitly; all but Supabase, whose package is a parameterized one: the engine (3.230) gives
 * an explicit provider of such a package another version at the second update, and then wants to update it. Their tokens stay in the environment (`CLOUDFLARE_API_TOKEN`,
 * `SUPABASE_ACCESS_TOKEN`, `VERCEL_API_TOKEN`, `UPSTASH_EMAIL` and `UPSTASH_API_KEY`, `SENTRY_AUTH_TOKEN`): none is in the configuration or in the state.
 */
export function vendors({ redis, sentry: errors, vercel: { team } }: Settings): pulumi.ProviderResource[] {
  return [
    new cloudflare.Provider("cloudflare"),
    new vercel.Provider("vercel", { team }),
    // Its credentials are asked for by the tiers that have a Redis alone.
    ...(redis ? [new upstash.Provider("upstash")] : []),
    ...(errors ? [new sentry.Provider("sentry")] : []),
  ];
}
