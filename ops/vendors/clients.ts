import type { Settings } from "../../infra/settings/settings.ts";
import type { VendorClient } from "./client.ts";
import { cloudflareClient, type CloudflareClient } from "./cloudflare.ts";
import { supabaseClient } from "./supabase.ts";
import { vercelClient } from "./vercel.ts";

/** The vendors' APIs of a stack's target; undefined where the environment has no token for one. */
export interface VendorClients {
  readonly cloudflare?: CloudflareClient;
  readonly supabase?: VendorClient;
  readonly vercel?: VendorClient;
}

/** Where each vendor's token is looked for. */
export const tokenVariables = {
  cloudflare: "CLOUDFLARE_API_TOKEN",
  supabase: "SUPABASE_ACCESS_TOKEN",
  vercel: "VERCEL_API_TOKEN",
} as const;

/** @param environment of the `pulumi` command: for the stack `local`, the local target's tokens are in it */
export function vendorClients(
  { endpoints }: Pick<Settings, "endpoints">,
  environment: NodeJS.ProcessEnv,
): VendorClients {
  const token = (vendor: keyof typeof tokenVariables) => environment[tokenVariables[vendor]];
  const cloudflare = token("cloudflare");
  const supabase = token("supabase");
  const vercel = token("vercel");
  return {
    ...(cloudflare && { cloudflare: cloudflareClient(endpoints.cloudflareApi, cloudflare) }),
    ...(supabase && { supabase: supabaseClient(endpoints.management, supabase) }),
    ...(vercel && { vercel: vercelClient(endpoints.vercelApi, vercel) }),
  };
}
