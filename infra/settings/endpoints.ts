import { RefusedError, type Problem } from "../../catalog/problem.ts";
import type { emailProviders } from "./schema/email.ts";

/** Where a target's services answer: the vendors' own addresses, or the local target's ports. */
export interface Endpoints {
  /** Scheme and port of what is served under the stack's own hosts. */
  readonly front: { readonly scheme: "https" | "http"; readonly port?: number };
  /** Supabase's Management API, without a trailing slash. */
  readonly management: string;
  /** Cloudflare's API, with `/client/v4`, without a trailing slash. */
  readonly cloudflareApi: string;
  /** Vercel's REST API, without a trailing slash. */
  readonly vercelApi: string;
  /** Upstash's Developer API, without a trailing slash. */
  readonly upstashApi: string;
  /** Sentry's API, without a trailing slash. */
  readonly sentryApi: string;
  /** The project's API, with `{ref}` for the project. */
  readonly project: string;
  /** The same over all read replicas, for reads. */
  readonly projectReads: string;
  /** A Redis' REST API, with `{endpoint}` for its host. */
  readonly redis: string;
  /** R2's S3 API, with `{account}` for the account and, where the jurisdiction is not the default, `{jurisdiction}`. */
  readonly objectStore: string;
  /** The e-mail providers' APIs, without a trailing slash. */
  readonly email: Readonly<Record<(typeof emailProviders)[number], string>>;
  /** The port on the pooler's host that keeps a session, as migrations need; absent to take the pooler's own port. */
  readonly databaseSessionPort?: number;
  /** Whether Postgres speaks TLS there. */
  readonly databaseTls: boolean;
}

const cloud: Endpoints = {
  front: { scheme: "https" },
  management: "https://api.supabase.com",
  cloudflareApi: "https://api.cloudflare.com/client/v4",
  vercelApi: "https://api.vercel.com",
  upstashApi: "https://api.upstash.com",
  sentryApi: "https://sentry.io",
  project: "https://{ref}.supabase.co",
  projectReads: "https://{ref}-all.supabase.co",
  redis: "https://{endpoint}",
  objectStore: "https://{account}.{jurisdiction}r2.cloudflarestorage.com",
  email: { resend: "https://api.resend.com", brevo: "https://api.brevo.com" },
  databaseSessionPort: 5432,
  databaseTls: true,
};

/** The variables in which the local target tells its ports; `npm start` and `npm run pulumi` set them. */
const portVariables = {
  front: "LAVLAY_LOCAL_FRONT_PORT",
  api: "LAVLAY_LOCAL_API_PORT",
  objectStore: "LAVLAY_LOCAL_OBJECT_STORE_PORT",
  management: "LAVLAY_LOCAL_MANAGEMENT_PORT",
  redis: "LAVLAY_LOCAL_REDIS_PORT",
} as const;

/**
 * The addresses of a target.
 * @throws RefusedError when the local target's ports are not in the environment: it is not running.
 */
export function endpointsOf(target: "cloud" | "local", environment: NodeJS.ProcessEnv): Endpoints {
  if (target === "cloud") return cloud;
  const problems: Problem[] = [];
  const port = (name: keyof typeof portVariables): number => {
    const value = environment[portVariables[name]];
    const number = Number(value);
    if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
    problems.push({
      key: portVariables[name],
      value: value ?? "(missing)",
      limit: "it must hold a port of the running local target",
      fix: "Start it with `npm start`, and run the engine through `npm run pulumi --`.",
    });
    return 0;
  };
  const api = `http://127.0.0.1:${port("api")}`;
  const management = `http://127.0.0.1:${port("management")}`;
  const endpoints: Endpoints = {
    front: { scheme: "http", port: port("front") },
    management,
    // Beside the Management API, as the e-mail providers are.
    cloudflareApi: `${management}/cloudflare/client/v4`,
    vercelApi: `${management}/vercel`,
    upstashApi: `${management}/upstash`,
    sentryApi: `${management}/sentry`,
    project: api,
    // There is one Postgres on this machine.
    projectReads: api,
    redis: `http://127.0.0.1:${port("redis")}`,
    objectStore: `http://127.0.0.1:${port("objectStore")}`,
    // Beside the Management API, each below its name.
    email: { resend: `${management}/resend`, brevo: `${management}/brevo` },
    databaseTls: false,
  };
  if (problems.length > 0) throw new RefusedError("The local target", problems);
  return endpoints;
}

/** The address of one of the stack's own hosts, such as `https://media.lavlay.com`; also its origin. */
export function hostUrl(endpoints: Endpoints, host: string): string {
  const { scheme, port } = endpoints.front;
  return `${scheme}://${host}${port === undefined ? "" : `:${port}`}`;
}

/** The address of a Supabase project's API. */
export function projectUrl(endpoints: Endpoints, ref: string): string {
  return endpoints.project.replace("{ref}", ref);
}

/** The address of a project's API over all its replicas. */
export function projectReadsUrl(endpoints: Endpoints, ref: string): string {
  return endpoints.projectReads.replace("{ref}", ref);
}

/** The address of a Redis' REST API. */
export function redisUrl(endpoints: Endpoints, endpoint: string): string {
  return endpoints.redis.replace("{endpoint}", endpoint);
}

/** The address of R2's S3 API for an account and jurisdiction. */
export function objectStoreUrl(endpoints: Endpoints, accountId: string, jurisdiction: string): string {
  return endpoints.objectStore
    .replace("{account}", accountId)
    .replace("{jurisdiction}", jurisdiction === "default" ? "" : `${jurisdiction}.`);
}
