/** What goes when a resource of this type goes. */
export interface Loss {
  /** In words that follow "loses". */
  readonly what: string;
  /** `data` cannot be had again; `service` can be made again, and fails or is slower until then. */
  readonly of: "data" | "protection" | "service";
}

const losses: Readonly<Record<string, Loss>> = {
  "cloudflare:index/r2Bucket:R2Bucket": { what: "every file that people have uploaded", of: "data" },
  "cloudflare:index/r2CustomDomain:R2CustomDomain": {
    what: "the host that every stored media address points to",
    of: "data",
  },
  "supabase:index/project:Project": { what: "the database and all accounts, with the functions", of: "data" },
  "pulumi-nodejs:dynamic/lavlay/backend:ReadReplica": {
    what: "the replica's share of the reads",
    of: "service",
  },
  "upstash:index/redisDatabase:RedisDatabase": {
    what: "what is cached and counted in it",
    of: "service",
  },
  "cloudflare:index/loadBalancer:LoadBalancer": {
    what: "the API's own host: pages that are open in browsers still call it",
    of: "service",
  },
  "sentry:index/sentryProject:SentryProject": {
    what: "the issues that Sentry has collected",
    of: "service",
  },
  "sentry:index/sentryIssueAlert:SentryIssueAlert": { what: "an alert", of: "protection" },
  "sentry:index/sentryMetricAlert:SentryMetricAlert": { what: "an alert", of: "protection" },
  "cloudflare:index/notificationPolicy:NotificationPolicy": { what: "an alert", of: "protection" },
  "cloudflare:index/healthcheck:Healthcheck": { what: "a health check", of: "protection" },
};

/**
 * What is lost when a resource is deleted or replaced; undefined where nothing is that matters.
 * @param inputs as declared: of an add-on it depends on which one it is
 */
export function lossOf(type: string, inputs: Readonly<Record<string, unknown>>): Loss | undefined {
  if (type.endsWith("backend:Addon") && inputs["addonType"] === "pitr") {
    return { what: "every point in time that the database could be recovered to", of: "data" };
  }
  if (type === "cloudflare:index/ruleset:Ruleset") {
    const rules = Array.isArray(inputs["rules"]) ? (inputs["rules"] as { ref?: unknown }[]) : [];
    const refs = rules.map(({ ref }) => String(ref)).join(", ");
    return { what: `all rules of the phase ${String(inputs["phase"])}: ${refs}`, of: "protection" };
  }
  return losses[type];
}

/** What stands still for a while when those properties change; by type, then by property. */
const interruptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "supabase:index/project:Project": { instanceSize: "restarts the database: it is away for a minute or two" },
  "supabase:index/settings:Settings": {
    sslEnforcement: "restarts the database: it is away for a minute or two",
  },
};

/** What stands still while one of those properties is changed; undefined where nothing does. */
export function interruptionOf(type: string, properties: readonly string[]): string | undefined {
  return properties.map((property) => interruptions[type]?.[property]).find((what) => what !== undefined);
}
