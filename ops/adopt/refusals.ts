import type { Problem } from "../../catalog/problem.ts";
import type { PlannedResource } from "../plan/plan.ts";
import type { Difference } from "./differences.ts";

/** A property that can never change, and has to be declared as it is. */
interface Fixed {
  /** Where it is configured; absent where it is not. */
  readonly key?: string;
  /** Why it cannot be adopted as it is, and what to do about it. */
  readonly limit: string;
  readonly fix: (existing: string) => string;
}

const configured = (key: string, what: string): Fixed => ({
  key,
  limit: `${what}, so what exists would have to go`,
  fix: (existing) => `Set ${key} to ${existing}.`,
});

const fixed: Readonly<Record<string, Readonly<Record<string, Fixed>>>> = {
  "supabase:index/project:Project": {
    region: configured("lavlay:supabase.region", "a project cannot move"),
    organizationId: configured("lavlay:supabase.organizationId", "a project stays in its organisation"),
  },
  "cloudflare:index/r2Bucket:R2Bucket": {
    jurisdiction: configured("lavlay:media.jurisdiction", "a bucket cannot leave its jurisdiction"),
    location: configured("lavlay:media.location", "a bucket cannot move"),
  },
  "cloudflare:index/dnsRecord:DnsRecord": {
    type: {
      limit: "a record's type cannot be changed",
      fix: () =>
        "Change the record to what is declared in Cloudflare's dashboard, or delete it: `up` makes it anew.",
    },
  },
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": {
    sensitive: {
      limit: "what is sensitive is told to nobody again, and cannot be made plain",
      fix: () => "Delete the variable in Vercel's dashboard: `up` makes it anew.",
    },
  },
};

/** Why a resource cannot be taken over as it is declared: nothing where it can. */
export function refusalsOf({ type, name }: PlannedResource, differing: readonly Difference[]): Problem[] {
  return differing.flatMap(({ property, existing, declared }) => {
    const found = fixed[type]?.[property];
    if (!found) return [];
    const { key = `${name}: ${property}`, limit, fix } = found;
    return [{ key, value: `${shown(existing)} → ${shown(declared)}`, limit, fix: fix(shown(existing)) }];
  });
}

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
