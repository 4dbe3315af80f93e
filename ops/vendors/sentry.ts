import { createClient, type VendorClient } from "./client.ts";

/** Sentry's API: paths begin with `/api/0` and end with a slash, values have no envelope. */
export function sentryClient(endpoint: string, token: string): VendorClient {
  return createClient({
    vendor: "Sentry",
    endpoint,
    authorization: `Bearer ${token}`,
    explain: (body) => {
      const detail = (body as { detail?: unknown } | undefined)?.detail;
      // A bare text, or one within an object.
      const words =
        typeof detail === "string" ? detail : (detail as { message?: string } | undefined)?.message;
      return { words };
    },
  });
}
