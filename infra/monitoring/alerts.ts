import { cloudflarePlans, type CloudflarePlan } from "../../catalog/entitlements/cloudflare.ts";

/** Something to be told of. */
export interface Alert {
  /** Part of the policy's name. */
  readonly name: string;
  /** Cloudflare's `alert_type`. */
  readonly type: string;
  readonly description: string;
  /** What must be there for it: nothing, health checks, or a load balancer. */
  readonly needs?: "health checks" | "load balancer";
}

const wanted: readonly Alert[] = [
  { name: "attack", type: "dos_attack_l7", description: "An attack was held off" },
  {
    name: "origin-unreachable",
    type: "real_origin_monitoring",
    description: "Cloudflare cannot reach an origin",
  },
  {
    name: "certificate",
    type: "universal_ssl_event_type",
    description: "A certificate is validated, issued, renewed or about to expire",
  },
  { name: "incident", type: "incident_alert", description: "Cloudflare has an incident" },
  {
    name: "unhealthy",
    type: "health_check_status_notification",
    description: "A host became unhealthy, or healthy again",
    needs: "health checks",
  },
  {
    name: "pool-unhealthy",
    type: "load_balancing_health_alert",
    description: "A pool of the load balancer became unhealthy, or healthy again",
    needs: "load balancer",
  },
  {
    name: "firewall-anomaly",
    type: "clickhouse_alert_fw_anomaly",
    description: "Far more requests are blocked than usual",
  },
];

/** The alerts that a zone's plan allows, given what the stack has. */
export function alertsOf(plan: CloudflarePlan, has: { loadBalancer: boolean }): Alert[] {
  const { notificationKinds, healthChecks } = cloudflarePlans[plan];
  return wanted.filter(
    ({ type, needs }) =>
      notificationKinds.includes(type) &&
      (needs !== "load balancer" || has.loadBalancer) &&
      (needs !== "health checks" || healthChecks > 0),
  );
}
