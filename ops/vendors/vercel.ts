import { createClient, type VendorClient } from "./client.ts";

/** Vercel's REST API: paths begin with a version of their own, such as `/v9/projects`. */
export function vercelClient(endpoint: string, token: string): VendorClient {
  return createClient({
    vendor: "Vercel",
    endpoint,
    authorization: `Bearer ${token}`,
    explain: (body) => {
      const error = (body as { error?: { code?: string; message?: string } } | undefined)?.error;
      return { code: error?.code, words: error?.message };
    },
  });
}
