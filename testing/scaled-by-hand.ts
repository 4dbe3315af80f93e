import type { DaemonInfo } from "../local/process.ts";
import { cloudflareClient, type CloudflareClient } from "../ops/vendors/cloudflare.ts";
import { sentryClient } from "../ops/vendors/sentry.ts";
import { supabaseClient } from "../ops/vendors/supabase.ts";
import { upstashClient } from "../ops/vendors/upstash.ts";

const accountId = "0000000000000000000000000010ca10";
const zoneId = "0000000000000000000000000020ca10";
const apiHost = "api.lavlay.localhost";

/** Where alerts are posted, by hand and as declared. */
export const webhookUrl = "https://hooks.lavlay.localhost/alerts";
export const sentryOrganization = "acme";

/** What only larger stacks have. */
export interface ScaledByHand {
  /** What the vendors tell of it. */
  settings(): Promise<Record<string, unknown>>;
}

/** Makes replicas, a load balancer, health checks, alerts, a Redis and a project at Sentry, otherwise than declared. */
export async function scaleByHand(
  { ports, environment }: DaemonInfo,
  projectRef: string,
): Promise<ScaledByHand> {
  const management = `http://127.0.0.1:${ports.management}`;
  const token = (name: string) => environment[name] ?? "";
  const cloudflare = cloudflareClient(`${management}/cloudflare/client/v4`, token("CLOUDFLARE_API_TOKEN"));
  const upstash = upstashClient(`${management}/upstash`, token("UPSTASH_EMAIL"), token("UPSTASH_API_KEY"));
  const sentry = sentryClient(`${management}/sentry`, token("SENTRY_AUTH_TOKEN"));

  const project = `/v1/projects/${projectRef}`;
  const supabase = supabaseClient(management, token("SUPABASE_ACCESS_TOKEN"));
  for (const region of ["eu-west-1", "us-east-1"])
    await supabase.call(`${project}/read-replicas/setup`, {
      method: "POST",
      body: { read_replica_region: region },
    });
  await makeLoadBalancer(cloudflare, ports.api);
  await makeMonitoring(cloudflare, ports.front);
  const { database_id: redisId } = await upstash.call<{ database_id: string }>("/v2/redis/database", {
    method: "POST",
    body: { database_name: "lavlay-local", primary_region: "eu-west-1", eviction: false },
  });
  const post = (path: string, body: object) => sentry.call(`/api/0${path}`, { method: "POST", body });
  await post(`/organizations/${sentryOrganization}/teams/`, { slug: "lavlay-local", name: "Web" });
  await post(`/teams/${sentryOrganization}/lavlay-local/projects/`, { slug: "lavlay-local", name: "LavLay" });
  await post(`/projects/${sentryOrganization}/lavlay-local/keys/`, { name: "web" });

  return {
    settings: async () => ({
      balancers: await cloudflare.list(`/zones/${zoneId}/load_balancers`),
      pools: await cloudflare.list(`/accounts/${accountId}/load_balancers/pools`),
      monitors: await cloudflare.list(`/accounts/${accountId}/load_balancers/monitors`),
      healthChecks: await cloudflare.list(`/zones/${zoneId}/healthchecks`).then(withoutStatus),
      policies: (
        await cloudflare.list<{ name: string }>(`/accounts/${accountId}/alerting/v3/policies`)
      ).filter(({ name }) => name === attack),
      webhooks: await cloudflare.list(`/accounts/${accountId}/alerting/v3/destinations/webhooks`),
      redis: await upstash.call(`/v2/redis/database/${redisId}`),
      sentry: await sentry.call(`/api/0/projects/${sentryOrganization}/lavlay-local/`),
      keys: await sentry.call(`/api/0/projects/${sentryOrganization}/lavlay-local/keys/`),
    }),
  };
}

const attack = "LavLay: attack";

/** Whether a host is up is no setting. */
const withoutStatus = (checks: unknown[]) =>
  checks.map((check) => ({ ...(check as object), status: undefined, failure_reason: undefined }));

async function makeLoadBalancer(cloudflare: CloudflareClient, port: number): Promise<void> {
  const make = async (path: string, body: object) =>
    (await cloudflare.call<{ id: string }>(path, { method: "POST", body })).id;
  const pool = async (name: string) => {
    const monitor = await make(`/accounts/${accountId}/load_balancers/monitors`, {
      ...{ description: name, type: "http", method: "HEAD", path: "/", port, expected_codes: "2xx,4xx" },
      ...{ interval: 120, retries: 1, timeout: 3, header: { Host: ["127.0.0.1"] } },
    });
    return make(`/accounts/${accountId}/load_balancers/pools`, {
      ...{ name, monitor, notification_email: "somebody@lavlay.localhost" },
      origins: [{ name: "supabase", address: "127.0.0.1", port, enabled: true, weight: 1 }],
    });
  };
  const [all, reads, uploads] = [await pool("everything"), await pool("replicas"), await pool("uploads")];
  const rule = (condition: string, ...pools: string[]) => ({
    name: condition,
    condition,
    overrides: { default_pools: pools },
  });
  await make(`/zones/${zoneId}/load_balancers`, {
    ...{ name: apiHost, default_pools: [all], fallback_pool: all, proxied: true, description: "by hand" },
    rules: [
      rule('starts_with(http.request.uri.path, "/rest/v1/") and http.request.method eq "GET"', reads, all),
      rule('starts_with(http.request.uri.path, "/functions/v1/upload-media")', uploads),
    ],
  });
}

async function makeMonitoring(cloudflare: CloudflareClient, port: number): Promise<void> {
  const post = (path: string, body: object) =>
    cloudflare.call<{ id: string }>(path, { method: "POST", body });
  for (const host of ["app", "media", "api"])
    await post(`/zones/${zoneId}/healthchecks`, {
      ...{ name: `${host}-by-hand`, address: `${host}.lavlay.localhost`, type: "HTTP", interval: 300 },
      http_config: { method: "HEAD", path: "/up", port, expected_codes: ["2xx", "4xx"] },
    });
  const { id } = await post(`/accounts/${accountId}/alerting/v3/destinations/webhooks`, {
    ...{ name: "by hand", url: webhookUrl, secret: "only the receiver knows it" },
  });
  await post(`/accounts/${accountId}/alerting/v3/policies`, {
    ...{ name: attack, alert_type: "dos_attack_l7", enabled: false },
    mechanisms: { email: [{ id: "somebody@lavlay.localhost" }], webhooks: [{ id }] },
  });
}
