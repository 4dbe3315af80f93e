import { createClient, type VendorClient } from "./client.ts";

/** Supabase's Management API: paths begin with `/v1`, values have no envelope. */
export function supabaseClient(endpoint: string, token: string): VendorClient {
  return createClient({
    vendor: "Supabase",
    endpoint,
    authorization: `Bearer ${token}`,
    explain: (body) => ({ words: (body as { message?: string } | undefined)?.message }),
  });
}
