import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { cloudflarePlans, type CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";
import type { Endpoints } from "../settings/endpoints.ts";
import { alertsOf, type Alert } from "./alerts.ts";

/** A host that is asked whether it answers. */
export interface HealthCheck {
  /** Part of the check's name. */
  readonly name: string;
  readonly host: string;
  readonly path: string;
  /** Status codes that mean healthy, such as `200` or `2xx`. */
  readonly expectedCodes: readonly string[];
}

export interface MonitoringArgs {
  accountId: string;
  zoneId: string;
  plan: CloudflarePlan;
  /** Who gets the alerts. */
  emails: readonly string[];
  /** Where they are posted too; from Cloudflare Pro on. */
  webhook?: string;
  /** Checked from outside where the plan has health checks. */
  checks: readonly HealthCheck[];
  /** Whether there is a load balancer to be told of. */
  loadBalancer: boolean;
  endpoints: Endpoints;
}

/** Health checks of the stack's hosts, and alerts of what its zone's plan can tell. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:monitoring:Monitoring", name, {}, opts);
    const { accountId, zoneId, plan, endpoints } = args;
    const parent = { parent: this };

    const checks = cloudflarePlans[plan].healthChecks > 0 ? args.checks : [];
    const healthChecks = checks.map(
      (check) =>
        new cloudflare.Healthcheck(
          `${name}-${check.name}`,
          {
            zoneId,
            name: check.name,
            description: `${check.host}${check.path}`,
            address: check.host,
            type: endpoints.front.scheme.toUpperCase(),
            interval: 60,
            retries: 2,
            timeout: 5,
            consecutiveFails: 2,
            httpConfig: {
              method: "GET",
              path: check.path,
              port: endpoints.front.port ?? 443,
              expectedCodes: [...check.expectedCodes],
            },
          },
          parent,
        ),
    );

    const webhook = args.webhook
      ? new cloudflare.NotificationPolicyWebhooks(
          `${name}-webhook`,
          { accountId, name: "lavlay", url: args.webhook },
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
