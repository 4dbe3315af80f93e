import { randomUUID } from "node:crypto";
import type { Json } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import type { Outbox } from "../email/outbox.ts";

/** What Cloudflare's notifications do and the local ones do not. */
export const notImitated: readonly string[] = [
  "alerts other than of health checks: nothing here causes them",
  "delivery: an e-mail is kept among those of Resend and Brevo; webhooks are called on this machine alone",
  "the message with which a new webhook is tried, PagerDuty, intervals between alerts",
];

/** Something that has happened, of which policies may want to tell. */
export interface Alert {
  /** Cloudflare's `alert_type`. */
  readonly type: string;
  /** For people, in a sentence. */
  readonly text: string;
  /** What is told of this type, in the API's own names. */
  readonly data: Json;
  readonly event: "start" | "end";
  /** The same for all alerts of one outage: a UUID. */
  readonly correlationId: string;
  /** What a policy may narrow itself down to, by the name of its filter. */
  readonly filters: Readonly<Record<string, string>>;
}

export interface NotificationsOptions {
  store: Store;
  outbox: Outbox;
  log: (line: string) => void;
  /** Milliseconds since 1970. Default: the clock. */
  now?: () => number;
}

export interface Notifications {
  /** Tells everybody whom an enabled policy names; resolves when all were told, or could not be. */
  send(alert: Alert): Promise<void>;
}

/** As `cloudflare.NotificationPolicy` declares it. */
interface Policy {
  readonly accountId: string;
  readonly name: string;
  readonly alertType: string;
  readonly enabled?: boolean;
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly mechanisms: {
    readonly emails?: readonly { readonly id: string }[];
    readonly webhooks?: readonly { readonly id: string }[];
  };
}

const policyType = "cloudflare:index/notificationPolicy:NotificationPolicy";
const webhookType = "cloudflare:index/notificationPolicyWebhooks:NotificationPolicyWebhooks";

/** Sends Cloudflare's notifications: https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/ */
export function createNotifications({
  store,
  outbox,
  log,
  now = Date.now,
}: NotificationsOptions): Notifications {
  const records = store.collection("recorded");

  async function callWebhook(id: string, payload: Json): Promise<void> {
    const key = `${webhookType}/${id}`;
    const webhook = records.get(key)?.properties;
    if (!webhook) return;
    const failure = await post(String(webhook["url"]), webhook["secret"], payload);
    if (failure) log(`notification: webhook ${String(webhook["name"])}: ${failure}`);
    const record = records.get(key);
    if (!record) return;
    const at = { [failure ? "lastFailure" : "lastSuccess"]: new Date(now()).toISOString() };
    records.put(key, { ...record, properties: { ...record.properties, ...at } });
  }

  return {
    async send(alert) {
      const wanting = records
        .list()
        .filter(({ type }) => type === policyType)
        .map(({ id, properties }) => ({ id, policy: properties as unknown as Policy }))
        .filter(({ policy }) => wants(policy, alert));
      await Promise.all(
        wanting.flatMap(({ id, policy }) => {
          for (const { id: address } of policy.mechanisms.emails ?? []) {
            outbox.add({
              id: randomUUID(),
              provider: "cloudflare",
              from: "Cloudflare <noreply@notify.cloudflare.com>",
              to: [address],
              subject: policy.name,
              text: alert.text,
            });
          }
          const payload = {
            name: policy.name,
            text: alert.text,
            data: alert.data,
            ts: Math.floor(now() / 1000),
            account_id: policy.accountId,
            policy_id: id,
            policy_name: policy.name,
            alert_type: alert.type,
            alert_correlation_id: alert.correlationId,
            alert_event: `ALERT_STATE_EVENT_${alert.event.toUpperCase()}`,
          };
          return (policy.mechanisms.webhooks ?? []).map((webhook) => callWebhook(webhook.id, payload));
        }),
      );
    },
  };
}

function wants({ alertType, enabled, filters = {} }: Policy, alert: Alert): boolean {
  if (alertType !== alert.type || enabled === false) return false;
  return Object.entries(filters).every(([name, allowed]) => {
    const value = alert.filters[name];
    return value === undefined || allowed.length === 0 || allowed.includes(value);
  });
}

/** Why it was not taken, if it was not. */
async function post(url: string, secret: unknown, payload: Json): Promise<string | undefined> {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  if (!["127.0.0.1", "localhost"].includes(host)) return `${host || "its address"} is not on this machine`;
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(typeof secret === "string" && secret !== "" && { "cf-webhook-auth": secret }),
      },
      body: JSON.stringify(payload),
      signal: AbortSignal.timeout(5_000),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
