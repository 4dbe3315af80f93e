import type { Settings } from "../../infra/settings/settings.ts";
import type { PlannedResource } from "../plan/plan.ts";
import type { VendorClient } from "../vendors/client.ts";
import type { CloudflareClient } from "../vendors/cloudflare.ts";

export type Values = Readonly<Record<string, unknown>>;

/**
 * How what exists becomes the stack's:
 * - `import`: by an id; its properties may stay as they are
 * - `read`: the provider can neither import it nor make it again; it stays as it is and is only looked at
 * - `values`: a setting without an id; making it writes it, and first the values that there are
 * - `write`: making it writes over what there is
 */
export type Way =
  | { readonly by: "import"; readonly id: string }
  | { readonly by: "read"; readonly id: string }
  | { readonly by: "values" }
  | { readonly by: "write" };

/** Something at a vendor that one of the stack's resources would be. */
export interface Existing {
  readonly way: Way;
  /** What the vendor tells of it, by the provider's names. */
  readonly properties: Values;
  /** What people should know of it beside its properties. */
  readonly note?: string;
}

/** There is something that may be it, and why it is left alone: `up` makes one beside it. */
export interface LeftAlone {
  readonly leftAlone: string;
}

/** Whom to ask, and what is known already. */
export interface Vendors {
  readonly settings: Settings;
  /** Everything that the stack declares. */
  readonly resources: readonly PlannedResource[];
  readonly cloudflare: CloudflareClient;
  readonly supabase: VendorClient;
  readonly vercel: VendorClient;
  /** Where the stack has a Redis. */
  readonly upstash?: VendorClient;
  /** Where the stack reports to Sentry. */
  readonly sentry?: VendorClient;
  /** The Supabase project that the stack takes over; absent where `up` makes one. */
  readonly projectRef?: string;
  /** The Vercel project that the stack takes over; absent where `up` makes one. */
  readonly webProjectId?: string;
}

/** Looks for what a resource would be. @throws VendorRefusal */
export type Finder = (
  vendors: Vendors,
  resource: PlannedResource,
) => Promise<Existing | LeftAlone | undefined>;
