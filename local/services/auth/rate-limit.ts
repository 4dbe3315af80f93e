import type { Context } from "hono";
import { AuthError } from "./errors.ts";
import type { AuthSettings } from "./settings.ts";

/** Addresses remembered at most; the longest unseen is forgotten first. */
const MAXIMUM_ADDRESSES = 10_000;

export interface Rate {
  /** Requests allowed per period in the long run. */
  limit: number;
  /** Seconds. */
  period: number;
  /** Requests that may come at once. */
  burst: number;
}

/** A token bucket per client address, as the limiter inside GoTrue. The rate may change between calls. */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly now: () => number) {}

  /** Takes one token; false when the bucket is empty. */
  take(address: string, { limit, period, burst }: Rate): boolean {
    const now = this.now();
    const bucket = this.#buckets.get(address) ?? { tokens: burst, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * (limit / period);
    const tokens = Math.min(burst, refilled);
    const allowed = tokens >= 1;
    // Set anew, so that the map's order is that of use.
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: allowed ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > MAXIMUM_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value!);
    return allowed;
  }
}

/** GoTrue's limits per client address. Without the gateway's `x-forwarded-for` there is no address and no limit. */
export function createRateLimits(now: () => number) {
  const limiter = () => new RateLimiter(now);
  const anonymous = limiter();
  const signup = limiter();
  const take = (c: Context, addresses: RateLimiter, rate: Rate) => {
    const address = c.req.header("x-forwarded-for")?.split(",")[0]?.trim();
    if (!address || addresses.take(address, rate)) return;
    throw new AuthError(429, "over_request_rate_limit", "Request rate limit reached");
  };
  const perFiveMinutes = (limit: number): Rate => ({ limit, period: 300, burst: 30 });
  const by = (setting: "rate_limit_otp" | "rate_limit_token_refresh" | "rate_limit_verify") => {
    const addresses = limiter();
    return (c: Context, settings: AuthSettings) => take(c, addresses, perFiveMinutes(settings[setting]));
  };
  return {
    signup(c: Context, settings: AuthSettings, isAnonymous: boolean) {
      const limit = settings.rate_limit_anonymous_users;
      if (isAnonymous) take(c, anonymous, { limit, period: 3600, burst: limit });
      else take(c, signup, perFiveMinutes(settings.rate_limit_otp));
    },
    token: by("rate_limit_token_refresh"),
    user: by("rate_limit_otp"),
    recover: by("rate_limit_otp"),
    resend: by("rate_limit_otp"),
    verify: by("rate_limit_verify"),
  };
}
