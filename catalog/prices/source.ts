/**
 * How sure a price is: read in the vendor's documentation or source, told by a third party only, recorded without a
 * mark, or confirmed by nobody: then it is `"unknown"`, never a number.
 */
export type Confidence = "vendor" | "third party" | "unmarked" | "unconfirmed";

/** Where a price can be read, and how sure it is. */
export interface Source {
  readonly name: string;
  readonly confidence: Confidence;
}

/** Where this package's prices come from (2026). */
export const sources = {
  cloudflarePlans: { name: "Cloudflare's plans: the annual rate, as reported", confidence: "third party" },
  cloudflareContract: { name: "Cloudflare Enterprise: by contract", confidence: "unconfirmed" },
  r2: { name: "Cloudflare's documentation of R2", confidence: "vendor" },
  images: { name: "Cloudflare's documentation of Images", confidence: "vendor" },
  loadBalancing: {
    name: "Cloudflare Load Balancing: an add-on without a known price",
    confidence: "unconfirmed",
  },
  supabase: { name: "Supabase's pricing catalog", confidence: "vendor" },
  supabaseContract: { name: "Supabase Enterprise: by contract", confidence: "unconfirmed" },
  supabaseReplicaDisk: {
    name: "Supabase's read replicas: no price known for disk",
    confidence: "unconfirmed",
  },
  vercel: { name: "Vercel's pricing page", confidence: "unmarked" },
  vercelUse: { name: "Vercel's use beyond a plan: no rate known", confidence: "unconfirmed" },
  upstash: { name: "Upstash's pricing page", confidence: "unmarked" },
  sentry: { name: "Sentry's pricing page: the annual rate, as reported", confidence: "third party" },
  email: { name: "Resend and Brevo: no price known", confidence: "unconfirmed" },
} as const satisfies Record<string, Source>;
