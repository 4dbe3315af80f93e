import type { Settings } from "../../infra/settings/settings.ts";
import type { VendorClient } from "./client.ts";
import { cloudflareClient, type CloudflareClient } from "./cloudflare.ts";
import { sentryClient } from "./sentry.ts";
import { supabaseClient } from "./supabase.ts";
import { upstashClient } from "./upstash.ts";
import { vercelClient } from "./vercel.ts";

/** The vendors' APIs of a stack's target; undefined where the environment has no token for one. */
export interface VendorClients {
  readonly cloudflare?: CloudflareClient;
  readonly supabase?: VendorClient;
  readonly vercel?: VendorClient;
  readonly upstash?: VendorClient;
  readonly sentry?: VendorClient;
}

/** Where each vendor's token is looked for. */
export const tokenVariables = {
  cloudflare: "CLOUDFLARE_API_TOKEN",
  supabase: "SUPABASE_ACCESS_TOKEN",
  vercel: "VERCEL_API_TOKEN",
  upstash: "UPSTASH_API_KEY",
  sentry: "SENTRY_AUTH_TOKEN",
} as const;

/** Upstash wants to know whose key it is. */
export const upstashEmailVariable = "UPSTASH_EMAIL";

/** @param environment of the `pulumi` command: for the stack `local`, the local target's tokens are in it */
export function vendorClients(
  { endpoints }: Pick<Settings, "endpoints">,
  environment: NodeJS.ProcessEnv,
): VendorClients {
  const token = (vendor: keyof typeof tokenVariables) => environment[tokenVariables[vendor]];
  const cloudflare = token("cloudflare");
  const supabase = token("supabase");
  const vercel = token("vercel");
  const upstash = token("upstash");
  const email = environment[upstashEmailVariable];
  const sentry = token("sentry");
  return {
    ...(cloudflare && { cloudflare: cloudflareClient(endpoints.cloudflareApi, cloudflare) }),
    ...(supabase && { supabase: supabaseClient(endpoints.management, supabase) }),
    ...(vercel && { vercel: vercelClient(endpoints.vercelApi, vercel) }),
    ...(upstash && email && { upstash: upstashClient(endpoints.upstashApi, email, upstash) }),
    ...(sentry && { sentry: sentryClient(endpoints.sentryApi, sentry) }),
  };
}
