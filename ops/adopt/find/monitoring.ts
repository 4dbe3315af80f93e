import { projectUrl } from "../../../infra/settings/endpoints.ts";
import type { Finder, Vendors } from "../existing.ts";
import { theOnly } from "./alike.ts";
import { told } from "./told.ts";

interface HealthCheck {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly http_config?: { readonly path?: string } | null;
}

/** The address that a check is declared with: where it is the project's own, it is known of the one taken over. */
function addressOf(declared: unknown, { settings, projectRef }: Vendors): string | undefined {
  if (declared !== "(known after up)") return String(declared);
  return projectRef === undefined ? undefined : new URL(projectUrl(settings.endpoints, projectRef)).hostname;
}

/** The check of that address; of several, the one that asks for the same path. */
const healthCheck: Finder = async (vendors, { type, inputs }) => {
  const { zoneId } = vendors.settings.cloudflare;
  const address = addressOf(inputs["address"], vendors);
  const all = await vendors.cloudflare.list<HealthCheck>(`/zones/${zoneId}/healthchecks`);
  const there = all.filter((check) => check.address === address);
  const { path } = inputs["httpConfig"] as { path: string };
  const same = there.filter((check) => (check.http_config?.path ?? "/") === path);
  const own = theOnly(same.length > 0 ? same : there, `health checks of ${address}`);
  if (!own || "leftAlone" in own) return own;
  return {
    way: { by: "import", id: `${zoneId}/${own.id}` },
    properties: { zoneId, ...told(type, own) },
  };
};

interface Policy {
  readonly id: string;
  readonly name: string;
  readonly alert_type: string;
}

/** The policy of that name and type: an account's others of the type may be about other zones. */
const policy: Finder = async ({ cloudflare, settings }, { type, inputs }) => {
  const { accountId } = settings.cloudflare;
  const all = await cloudflare.list<Policy>(`/accounts/${accountId}/alerting/v3/policies`);
  const alike = all.filter((each) => each.alert_type === inputs["alertType"]);
  const named = alike.filter(({ name }) => name === inputs["name"]);
  if (named.length === 0 && alike.length > 0) {
    const others = alike.map(({ id, name }) => `${id} (${name})`).join(", ");
    return {
      leftAlone: `one more is made beside what tells of the same: ${others}; to take one over, call it ${JSON.stringify(inputs["name"])}`,
    };
  }
  const own = theOnly(named, "policies of that name and type");
  if (!own || "leftAlone" in own) return own;
  return {
    way: { by: "import", id: `${accountId}/${own.id}` },
    properties: { accountId, ...told(type, own) },
  };
};

interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
}

/** The destination with that URL. Nobody tells its secret, which stays as it is. */
const webhook: Finder = async ({ cloudflare, settings }, { type, inputs }) => {
  const { accountId } = settings.cloudflare;
  const all = await cloudflare.list<Webhook>(`/accounts/${accountId}/alerting/v3/destinations/webhooks`);
  const own = theOnly(
    all.filter(({ url }) => url === inputs["url"]),
    "webhooks with that URL",
  );
  if (!own || "leftAlone" in own) return own;
  return {
    way: { by: "import", id: `${accountId}/${own.id}` },
    properties: { accountId, ...told(type, own) },
  };
};

/** Finds health checks, and who is told of what. */
export const monitoringFinders: Readonly<Record<string, Finder>> = {
  "cloudflare:index/healthcheck:Healthcheck": healthCheck,
  "cloudflare:index/notificationPolicy:NotificationPolicy": policy,
  "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks": webhook,
};
