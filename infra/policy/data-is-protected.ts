import { lossOf } from "../../catalog/holds-data.ts";
import type { ResourcePolicy } from "./policy.ts";

const holders = [
  "cloudflare:index/r2Bucket:R2Bucket",
  "cloudflare:index/r2CustomDomain:R2CustomDomain",
  "supabase:index/project:Project",
];

/** On a cloud stack nothing that holds data can be deleted by an update. */
export const dataIsProtected: ResourcePolicy = {
  name: "production-data-is-protected",
  description: "The bucket, its host and the Supabase project of a cloud stack are protected.",
  level: "mandatory",
  check({ type, props, protect }, { target }) {
    if (!holders.includes(type) || protect || target === "local") return [];
    const holds = lossOf(type, props)?.what ?? "data";
    return [`protect: false, but it holds ${holds}. Set lavlay:protect to true, or leave it out.`];
  },
};
