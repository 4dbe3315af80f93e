import type { Settings } from "../../infra/settings/settings.ts";

/** A running stack as a check sees it. */
export interface Site {
  readonly settings: Settings;
  /** Addresses, without a trailing slash. */
  readonly app: string;
  readonly api: string;
  readonly media: string;
  readonly publishableKey: string;
  /** A secret: it holds the password. */
  readonly databaseUrl: string;
  /** Of the Supabase project. */
  readonly projectRef: string;
  /** The deployed edge functions, by slug. */
  readonly functions: readonly string[];
}

/**
 * Milliseconds between two requests to a host behind the zone's rate limit, so that a check uses two thirds of what one
 * address may do and does not lock itself out.
 */
export function pauseMs({ rateLimit }: Settings): number {
  return Math.ceil((1.5 * 1000 * rateLimit.period) / rateLimit.requests);
}
