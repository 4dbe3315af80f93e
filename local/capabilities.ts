import { catalogEntry } from "../catalog/catalog.ts";
import { providerParts } from "./providers/registry.ts";
import * as auth from "./services/auth/auth.ts";
import * as cron from "./services/cron/cron.ts";
import * as net from "./services/cron/net.ts";
import * as dataApi from "./services/data-api/data-api.ts";
import * as email from "./services/email/email.ts";
import * as edge from "./services/edge/edge.ts";
import * as functions from "./services/functions/functions.ts";
import * as gateway from "./services/gateway/gateway.ts";
import * as hosting from "./services/hosting/hosting.ts";
import * as cloudflareApi from "./services/cloudflare-api/cloudflare-api.ts";
import * as managementApi from "./services/management-api/management-api.ts";
import * as notifications from "./services/notifications/notifications.ts";
import * as objectStore from "./services/object-store/object-store.ts";
import * as payments from "./services/payments/payments.ts";
import * as realtime from "./services/realtime/realtime.ts";
import * as redis from "./services/redis/redis.ts";
import * as upstashApi from "./services/upstash-api/upstash-api.ts";
import * as sentryApi from "./services/sentry-api/sentry-api.ts";
import * as vercelApi from "./services/vercel-api/vercel-api.ts";

/** What the local target can do, read from the code that does it. */
export interface Capabilities {
  readonly resources: readonly Capability[];
  /** Look-ups that a program invokes. */
  readonly functions: readonly Capability[];
  readonly services: readonly Capability[];
}

export interface Capability {
  /** A resource type's or function's token, or a service's name. */
  readonly name: string;
  /** The real provider's version, for a resource type. */
  readonly version?: string;
  /** What the real one does and this one does not. */
  readonly notImitated: readonly string[];
}

const services = {
  objectStore,
  edge,
  auth,
  cron,
  dataApi,
  gateway,
  realtime,
  functions,
  hosting,
  cloudflareApi,
  managementApi,
  redis,
  net,
  notifications,
  email,
  payments,
  sentryApi,
  upstashApi,
  vercelApi,
};

/** Every resource type, function and service of the local target, and what of each is not imitated. */
export function capabilities(): Capabilities {
  const parts = Object.values(providerParts);
  return {
    resources: parts
      .flatMap(({ behaviours }) => behaviours)
      .map(({ token, notImitated }) => ({ name: token, version: catalogEntry(token)?.version, notImitated })),
    functions: parts
      .flatMap(({ lookups }) => lookups)
      .map(({ token, notImitated }) => ({ name: token, notImitated })),
    services: Object.entries(services).map(([name, { notImitated }]) => ({ name, notImitated })),
  };
}
