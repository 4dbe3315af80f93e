import type { CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import type { SupabasePlan } from "../../catalog/entitlements/supabase.ts";
import type { UpstashPlan } from "../../catalog/entitlements/upstash.ts";
import type { VercelPlan } from "../../catalog/entitlements/vercel.ts";

/**
 * Everything the local target knows, by collection. Providers write it, services act on it.
 * Records keep the provider's own property names and shapes (see `catalog/`), so that what was declared can be read back.
 */
export interface Model {
  /** The accounts that exist before the first `up`, as they would at the vendors. One record, key `accounts`. */
  accounts: Accounts;

  /** Creations of which the engine may not know how they ended. key: the URN */
  creations: { urn: string };

  // Cloudflare
  /** key: `${accountId}/${jurisdiction}/${name}` */
  r2Buckets: R2Bucket;
  /** key: bucket key */
  r2BucketCors: Owned & { bucket: string; rules: CorsRule[] };
  /** key: bucket key */
  r2BucketLifecycles: Owned & { bucket: string; rules: LifecycleRule[] };
  /** key: the domain */
  r2CustomDomains: Owned & {
    bucket: string;
    domain: string;
    zoneId: string;
    enabled: boolean;
    minTls: string;
  };
  /** key: token id */
  accountTokens: AccountToken;
  /** key: `${zoneId}/${phase}` */
  rulesets: Ruleset;
  /** key: `${zoneId}/${settingId}` */
  zoneSettings: Owned & { zoneId: string; settingId: string; value: unknown };
  /** key: zone id */
  tieredCaches: Owned & { zoneId: string; value: "on" | "off" };
  /** key: record id */
  dnsRecords: Owned & {
    id: string;
    zoneId: string;
    name: string;
    type: string;
    content: string;
    proxied: boolean;
    ttl: number;
    comment?: string;
  };

  /** How the hosts of health checks are. key: the check's id */
  healthChecks: HealthState;

  // Supabase
  /** key: project ref. At most one: the local target runs one Postgres. */
  projects: Project;
  /** key: project ref */
  projectSettings: Owned & {
    projectRef: string;
    api?: Json;
    auth?: Json;
    database?: Json;
    network?: Json;
    storage?: Json;
    sslEnforcement?: boolean;
  };
  /** key: `${projectRef}/${slug}` */
  edgeFunctions: EdgeFunction;
  /** key: project ref */
  functionSecrets: Owned & { projectRef: string; secrets: Record<string, string> };
  /** key: project ref */
  poolers: { projectRef: string; default_pool_size: number; pool_mode: "transaction" | "session" };

  /** How large a project is, beside its compute. key: project ref */
  scales: {
    projectRef: string;
    /** Kind → variant, such as `pitr` → `pitr_7`. */
    addons: Record<string, string>;
    diskGigabytes: number;
    /** When the disk was changed, milliseconds since 1970; those of the last 24 hours count. */
    diskChanges: number[];
    replicas: { identifier: string; region: string }[];
    realtimeConnections: number;
  };

  // Upstash
  /** key: database id */
  redisDatabases: RedisDatabase;

  // Vercel
  /** key: project id (`prj_…`) */
  webProjects: Owned & { id: string; name: string; properties: Json };
  /** key: `${projectId}/${id}` */
  webEnvironmentVariables: Owned & {
    id: string;
    projectId: string;
    key: string;
    value: string;
    targets: string[];
    sensitive: boolean;
  };
  /** key: the domain */
  webDomains: Owned & { domain: string; projectId: string };
  /** key: deployment id (`dpl_…`) */
  deployments: Deployment;

  /** Any other resource whose type is in the catalog and that no service acts on. key: `${type}/${id}` */
  recorded: Owned & { type: string; id: string; properties: Json };
}

/** The URN that created a record: a create that was interrupted finds its own again, another's is a conflict. */
export interface Owned {
  urn: string;
}

export type Json = Record<string, unknown>;

/** Plans as the entitlements in `catalog/` name them. */
export interface Accounts {
  cloudflare: {
    accountId: string;
    zones: {
      id: string;
      name: string;
      plan: CloudflarePlan;
      /** Default: `active`. */
      status?: "active" | "pending" | "initializing" | "moved";
      /** Default: no. */
      paused?: boolean;
      /** The account that has it, where it is another than the one above. */
      accountId?: string;
    }[];
    /** Whether R2 was taken up in the dashboard. Default: yes. */
    r2Enabled?: boolean;
    /** The token of the environment. Default: the account's own, active without end, and it may do everything. */
    token?: {
      id?: string;
      owner?: "account" | "user";
      status?: "active" | "disabled" | "expired";
      /** ISO time. */
      expiresOn?: string;
      permissions?: string[];
    };
  };
  supabase: {
    organizationId: string;
    plan: SupabasePlan;
    /** What the project is said to be. Default: `ACTIVE_HEALTHY`. */
    projectStatus?: "ACTIVE_HEALTHY" | "INACTIVE" | "COMING_UP" | "PAUSING" | "RESTORING";
  };
  vercel: {
    plan: VercelPlan;
    /** The team that the token sees. Default: none. */
    teamId?: string;
  };
  upstash: { plan: UpstashPlan };
}

export interface RedisDatabase extends Owned {
  id: string;
  name: string;
  primaryRegion: string;
  password: string;
  /** Opens its REST API. */
  restToken: string;
  readOnlyRestToken: string;
  /** Seconds since 1970. */
  creationTime: number;
  properties: Json;
}

export interface R2Bucket extends Owned {
  accountId: string;
  name: string;
  jurisdiction: string;
  location: string;
  storageClass: string;
  /** ISO time. */
  creationDate: string;
}

/** As `cloudflare.R2BucketCors` declares it. */
export interface CorsRule {
  id?: string;
  allowed: { methods: string[]; origins: string[]; headers?: string[] };
  exposeHeaders?: string[];
  maxAgeSeconds?: number;
}

/** As `cloudflare.R2BucketLifecycle` declares it; ages in seconds. */
export interface LifecycleRule {
  id: string;
  enabled: boolean;
  conditions: { prefix?: string };
  abortMultipartUploadsTransition?: { condition: { type: string; maxAge: number } };
  deleteObjectsTransition?: { condition: { type: string; maxAge?: number; date?: string } };
}

/** Absent until enough checks in a row have agreed. */
export interface HealthState {
  /** The check's. */
  id: string;
  status: "healthy" | "unhealthy";
  /** Empty while it is healthy. */
  failureReason: string;
  /** Joins what is told of one outage, from its begin to its end: a UUID. */
  outage: string;
  /** Milliseconds since 1970. */
  since: number;
}

export interface AccountToken extends Owned {
  /** Also the S3 access key id. */
  id: string;
  accountId: string;
  name: string;
  /** The token itself; the S3 secret is its SHA-256 in hex. */
  value: string;
  status: "active" | "disabled" | "expired";
  policies: { effect: string; permissionGroups: { id: string }[]; resources: string }[];
  expiresOn?: string;
  issuedOn: string;
}

export interface Ruleset extends Owned {
  id: string;
  zoneId: string;
  name: string;
  kind: string;
  phase: string;
  /** As declared: `{ref, expression, action, actionParameters, ratelimit, enabled, description}`. */
  rules: RulesetRule[];
}
export interface RulesetRule {
  /** Given by the vendor; it stays as long as the `ref` does. */
  id?: string;
  ref?: string;
  description?: string;
  expression: string;
  enabled?: boolean;
  action: string;
  actionParameters?: Json;
  ratelimit?: Json;
}

export interface Project extends Owned {
  /** 20 lower-case letters, the project ref. */
  ref: string;
  name: string;
  organizationId: string;
  region: string;
  databasePassword: string;
  instanceSize: string;
}

export interface EdgeFunction extends Owned {
  projectRef: string;
  slug: string;
  name: string;
  /** SHA-256 of the deployed bundle; the bundle lies under `.local/functions/<slug>/<checksum>.js`. */
  checksum: string;
  /** The platform's own JWT check before the function runs. */
  verifyJwt: boolean;
  version: number;
  createdAt: number;
  updatedAt: number;
}

export interface Deployment extends Owned {
  id: string;
  projectId: string;
  production: boolean;
  url: string;
  /** Path on the site → SHA-1 of the content, which lies under `.local/hosting/<sha1>`. */
  files: Record<string, string>;
  createdAt: number;
}
