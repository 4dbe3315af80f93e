import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { dynamicPlugin, serveDynamicResources } from "./providers/dynamic.ts";
import { startProviders, type ProviderHooks } from "./providers/providers.ts";
import { createCloudflareApi } from "./services/cloudflare-api/cloudflare-api.ts";
import { createEmail } from "./services/email/email.ts";
import { createEdge } from "./services/edge/edge.ts";
import { createFront } from "./services/front/front.ts";
import { createFunctions } from "./services/functions/functions.ts";
import { HealthChecks } from "./services/health-checks/health-checks.ts";
import { createHosting } from "./services/hosting/hosting.ts";
import { OriginHealth } from "./services/load-balancer/health.ts";
import { createManagementApi } from "./services/management-api/management-api.ts";
import { createNotifications } from "./services/notifications/notifications.ts";
import { createObjectStore } from "./services/object-store/object-store.ts";
import { createPayments } from "./services/payments/payments.ts";
import { createRedis } from "./services/redis/redis.ts";
import { createSentryApi } from "./services/sentry-api/sentry-api.ts";
import { createUpstashApi } from "./services/upstash-api/upstash-api.ts";
import { createVercelApi } from "./services/vercel-api/vercel-api.ts";
import { byPrefix, listen } from "./listen.ts";
import type { LocalPaths } from "./paths.ts";
import { choosePorts } from "./ports.ts";
import type { DaemonInfo } from "./process.ts";
import { ProjectHost } from "./project-host.ts";
import { seedAccounts } from "./seed.ts";
import { Store } from "./state/store.ts";
import { loadOrCreateTokens } from "./tokens.ts";

/** A running local target: every service, and the providers that the engine attaches to. */
export interface LocalTarget {
  readonly info: Omit<DaemonInfo, "pid">;
  close(): Promise<void>;
}

const lifecycleSweep = 60_000;
const upstashEmail = "local@lavlay.localhost";

/** Starts all services on what the folder holds; what was deployed runs again. */
export async function startLocalTarget(paths: LocalPaths, log: (line: string) => void): Promise<LocalTarget> {
  for (const folder of [paths.objects, paths.functions, paths.hosting])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = new Store(paths.state);
  seedAccounts(store);
  const ports = await choosePorts(paths.ports);
  const tokens = loadOrCreateTokens(paths.tokens);

  const functions = createFunctions({
    directory: paths.functions,
    store,
    environment: () => project.functionEnvironment(currentProject(store)),
    log,
  });
  const project = new ProjectHost({ paths, ports, store, invokeFunction: functions.fetch, log });
  const objectStore = createObjectStore({ directory: paths.objects, store });
  await objectStore.recover();
  const health = new OriginHealth(store);
  const edge = createEdge({ store, objectStore, health });
  const hosting = createHosting({ store, directory: paths.hosting });
  const front = createFront({ store, edge, hosting });

  const deployed = store.collection("projects").list()[0];
  const [dynamic] = await Promise.all([
    serveDynamicResources({ ...tokens }, log),
    deployed ? project.start(deployed) : project.holdPort(),
  ]);

  const hooks: ProviderHooks = {
    createProject: (record) => project.start(record),
    updateProject: (record) => project.update(record),
    deleteProject: () => project.destroy(),
    projectKeys: (ref) => project.keys(ref),
    poolerUrl: (ref) => project.poolerUrl(ref),
    bucketIsEmpty: (key) => objectStore.isEmpty(key),
    dropBucket: (key) => objectStore.dropBucket(key),
    functionsDirectory: paths.functions,
    hostingDirectory: paths.hosting,
    projectRoot: fileURLToPath(new URL("../infra", import.meta.url)),
  };
  const providers = await startProviders({ store, log, hooks });
  const management = createManagementApi({
    store,
    token: tokens.SUPABASE_ACCESS_TOKEN,
    hooks,
    functionCalls: () => functions.calls.list(),
    recovery: {
      match: (record) => project.matchRecovery(record),
      window: () => project.recoveryWindow(),
      restore: (record, moment) => project.restore(record, moment),
      log,
    },
  });
  const cloudflareApi = createCloudflareApi({
    store,
    token: tokens.CLOUDFLARE_API_TOKEN,
    traffic: () => edge.traffic(),
    r2: () => objectStore.usage(),
  });
  const vercelApi = createVercelApi({
    store,
    token: tokens.VERCEL_API_TOKEN,
    hostingDirectory: paths.hosting,
  });
  const sentryApi = createSentryApi({ store, token: tokens.SENTRY_AUTH_TOKEN });
  const upstashApi = createUpstashApi({ store, email: upstashEmail, key: tokens.UPSTASH_API_KEY });
  const email = createEmail();
  const payments = createPayments({
    webhookUrl: () => `http://127.0.0.1:${ports.api}/functions/v1/paystack-webhook`,
  });
  const listeners = await Promise.all([
    listen(ports.front, front),
    listen(ports.api, getRequestListener(project.gateway.fetch), project.upgrade),
    listen(ports.objectStore, objectStore.listener),
    listen(
      ports.management,
      byPrefix(getRequestListener(management.fetch), {
        "/cloudflare": getRequestListener(cloudflareApi.fetch),
        "/vercel": getRequestListener(vercelApi.fetch),
        "/upstash": getRequestListener(upstashApi.fetch),
        "/sentry": getRequestListener(sentryApi.fetch),
        "/resend": email.resend,
        "/brevo": email.brevo,
        "/paystack": payments.listener,
      }),
    ),
    listen(ports.redis, getRequestListener(createRedis({ store }).fetch)),
  ]);
  const sweeping = setInterval(() => void objectStore.sweepLifecycles(), lifecycleSweep);
  const healthChecks = new HealthChecks({
    store,
    notifications: createNotifications({ store, outbox: email.outbox, log }),
  });
  const probing = setInterval(() => {
    void health.check(Date.now());
    void healthChecks.check(Date.now());
  }, 1_000);

  return {
    info: {
      startedAt: new Date().toISOString(),
      ports,
      providers: { ...providers.ports, [dynamicPlugin]: dynamic.port },
      environment: {
        LAVLAY_LOCAL_FRONT_PORT: String(ports.front),
        LAVLAY_LOCAL_API_PORT: String(ports.api),
        LAVLAY_LOCAL_OBJECT_STORE_PORT: String(ports.objectStore),
        LAVLAY_LOCAL_MANAGEMENT_PORT: String(ports.management),
        LAVLAY_LOCAL_REDIS_PORT: String(ports.redis),
        // Upstash's API wants to know who asks.
        UPSTASH_EMAIL: upstashEmail,
        ...tokens,
      },
    },
    close: async () => {
      clearInterval(sweeping);
      clearInterval(probing);
      dynamic.close();
      await providers.close();
      await Promise.all(listeners.map((listener) => listener.close()));
      await functions.close();
      await project.stop();
    },
  };
}

function currentProject(store: Store): string {
  return store.collection("projects").list()[0]?.ref ?? "";
}
