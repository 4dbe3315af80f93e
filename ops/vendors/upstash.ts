import { createClient, type VendorClient } from "./client.ts";

/** Upstash's Developer API: paths begin with `/v2`, values have no envelope; it wants to know whose key it is. */
export function upstashClient(endpoint: string, email: string, key: string): VendorClient {
  return createClient({
    vendor: "Upstash",
    endpoint,
    authorization: `Basic ${Buffer.from(`${email}:${key}`).toString("base64")}`,
    // A refusal's body is a bare text, or JSON of one.
    explain: (body) => ({ words: typeof body === "string" ? body : undefined }),
  });
}
