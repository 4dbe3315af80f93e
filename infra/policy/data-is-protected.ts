import type { ResourcePolicy } from "./policy.ts";

/** What holds data, in people's words. */
const holders: Readonly<Record<string, string>> = {
  "cloudflare:index/r2Bucket:R2Bucket": "every file that people have uploaded",
  "cloudflare:index/r2CustomDomain:R2CustomDomain": "the host that stored addresses point to",
  "supabase:index/project:Project": "the database and all accounts",
};

/** On a cloud stack nothing that holds data can be deleted by an update. */
export const dataIsProtected: ResourcePolicy = {
  name: "production-data-is-protected",
  description: "The bucket, its host and the Supabase project of a cloud stack are protected.",
  level: "mandatory",
  check({ type, protect }, { target }) {
    const holds = holders[type];
    if (!holds || protect || target === "local") return [];
    return [`protect: false, but it holds ${holds}. Set lavlay:protect to true, or leave it out.`];
  },
};
