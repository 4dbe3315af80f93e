import type { ResourcePolicy } from "./policy.ts";

/** The r2.dev address has no cache, no rate limit and no rules, and is throttled. */
export const noPublicR2Dev: ResourcePolicy = {
  name: "no-public-r2-dev",
  description: "The bucket of a cloud stack is reached through its own host alone.",
  level: "mandatory",
  check({ type, props }, { target }) {
    if (type !== "cloudflare:index/r2ManagedDomain:R2ManagedDomain" || target === "local") return [];
    return props["enabled"] === true
      ? ["enabled: true, but r2.dev goes around the cache, the limits and the rules. Set it to false."]
      : [];
  },
};
