import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { cloudflarePlans, type CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import { alertsOf, type Alert } from "./alerts.ts";

/** A host that is asked whether it answers. */
export interface HealthCheck {
  /** Part of the check's name. */
  readonly name: string;
  /** Of the host, without a path. */
  readonly url: pulumi.Input<string>;
  readonly path: string;
  /** Status codes that mean healthy, such as `200` or `2xx`. */
  readonly expectedCodes: readonly string[];
  /** Without which the host does not tell how it is; absent where it does. */
  readonly apiKey?: pulumi.Input<string>;
}

export interface MonitoringArgs {
  accountId: string;
  zoneId: string;
  plan: CloudflarePlan;
  /** Who gets the alerts. */
  emails: readonly string[];
  /** Where they are posted too, where the plan allows it. */
  webhook?: string;
  /** What the receiver there knows them by. */
  webhookSecret?: pulumi.Input<string>;
  /** Checked from outside where the plan has health checks. */
  checks: readonly HealthCheck[];
  /** Whether there is a load balancer to be told of. */
  loadBalancer: boolean;
}

/** Health checks of the stack's hosts, and alerts of what its zone's plan can tell. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:monitoring:Monitoring", name, {}, opts);
    const { accountId, zoneId, plan, webhookSecret } = args;
    const { healthChecks: allowedChecks, notificationWebhooks } = cloudflarePlans[plan];
    const parent = { parent: this };

    const checks = allowedChecks > 0 ? args.checks : [];
    const healthChecks = checks.map((check) => {
      const url = pulumi.output(check.url).apply((text) => new URL(text));
      return new cloudflare.Healthcheck(
        `${name}-${check.name}`,
        {
          zoneId,
          name: check.name,
          description: pulumi.interpolate`${url.hostname}${check.path}`,
          address: url.hostname,
          type: url.protocol.apply((protocol) => protocol.slice(0, -1).toUpperCase()),
          interval: 60,
          retries: 2,
          timeout: 5,
          consecutiveFails: 2,
          httpConfig: {
            method: "GET",
            path: check.path,
            port: url.apply(({ port, protocol }) => (port ? Number(port) : protocol === "https:" ? 443 : 80)),
            expectedCodes: [...check.expectedCodes],
            ...(check.apiKey && { header: { apikey: [check.apiKey] } }),
          },
        },
        parent,
      );
    });

    const webhook =
      args.webhook && notificationWebhooks
        ? new cloudflare.NotificationPolicyWebhooks(
            `${name}-webhook`,
            { accountId, name: "lavlay", url: args.webhook, secret: webhookSecret },
            parent,
          )
        : undefined;
    const mechanisms = {
      emails: args.emails.map((id) => ({ id })),
      ...(webhook && { webhooks: [{ id: webhook.id }] }),
    };
    const filters = (alert: Alert) =>
      alert.needs === "health checks"
        ? { healthCheckIds: healthChecks.map(({ id }) => id), statuses: ["Unhealthy", "Healthy"] }
        : undefined;
    for (const alert of alertsOf(plan, args)) {
      new cloudflare.NotificationPolicy(
        `${name}-${alert.name}`,
        {
          accountId,
          name: `LavLay: ${alert.name}`,
          description: alert.description,
          alertType: alert.type,
          enabled: true,
          filters: filters(alert),
          mechanisms,
        },
        parent,
      );
    }
    this.registerOutputs({});
  }
}
