import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { declare } from "../../infra/program.ts";
import { testSettings } from "../../infra/settings/testing.ts";
import { plainInputs } from "./display.ts";
import { recordProgram, type DeclaredResource } from "./record.ts";

/** What a stack declares, by the end of the type: the inputs by name. */
async function declared(changes: Record<string, unknown>) {
  const settings = testSettings(changes);
  const resources = await recordProgram("lavlay", "prod", async () =>
    declare(settings, {
      databasePassword: pulumi.secret("correct horse battery"),
      webhookSecret: pulumi.secret("another horse battery"),
    }),
  );
  return (type: string) =>
    Object.fromEntries(
      resources.filter((resource) => resource.type.endsWith(`:${type}`)).map((it) => [it.name, plain(it)]),
    );
}
const plain = ({ inputs }: DeclaredResource) => plainInputs(inputs) as Record<string, unknown>;
const alertsOf = (policies: Record<string, Record<string, unknown>>) =>
  Object.values(policies)
    .map(({ alertType }) => alertType)
    .sort();

const everywhere = ["dos_attack_l7", "incident_alert", "real_origin_monitoring", "universal_ssl_event_type"];

describe("alerts and health checks", () => {
  it.each<[string, string[], string[]]>([
    ["free", [], []],
    ["pro", everywhere, []],
    [
      "team",
      [...everywhere, "health_check_status_notification"],
      ["monitoring-api", "monitoring-media", "monitoring-web-app"],
    ],
    [
      "enterprise",
      [
        ...everywhere,
        "clickhouse_alert_fw_anomaly",
        "health_check_status_notification",
        "load_balancing_health_alert",
      ],
      ["monitoring-api", "monitoring-media", "monitoring-web-app"],
    ],
  ])("tier %s has what its plan allows", async (tier, alerts, checks) => {
    const of = await declared({ tier });
    expect(alertsOf(of("NotificationPolicy"))).toEqual([...alerts].sort());
    expect(Object.keys(of("Healthcheck")).sort()).toEqual(checks);
  });

  it("ask each host as people reach it, the API with the key that it wants", async () => {
    const checks = (await declared({ tier: "enterprise" }))("Healthcheck");
    expect(checks["monitoring-web-app"]).toMatchObject({
      address: "app.lavlay.com",
      type: "HTTPS",
      httpConfig: { path: "/", port: 443, expectedCodes: ["200"] },
    });
    expect(checks["monitoring-web-app"]?.["httpConfig"]).not.toHaveProperty("header");
    expect(checks["monitoring-media"]).toMatchObject({ httpConfig: { expectedCodes: ["404"] } });
    expect(checks["monitoring-api"]).toMatchObject({ httpConfig: { path: "/auth/v1/health" } });
    expect(checks["monitoring-api"]?.["httpConfig"]).toHaveProperty("header");

    const local = (await declared({ tier: "team", target: "local" }))("Healthcheck");
    expect(local["monitoring-web-app"]).toMatchObject({ type: "HTTP", httpConfig: { port: 4700 } });
  });

  it("go to the webhook where the plan sends to one, with what it knows them by", async () => {
    const webhook = "https://hooks.lavlay.com";
    const monitoring = { emails: ["ops@lavlay.com"], webhook };
    const pro = await declared({ tier: "pro", monitoring });
    expect(pro("NotificationPolicyWebhooks")).toEqual({});
    const team = await declared({ tier: "team", monitoring });
    expect(Object.values(team("NotificationPolicyWebhooks"))).toEqual([
      expect.objectContaining({ url: webhook, secret: expect.anything() }),
    ]);
    expect(Object.values(team("NotificationPolicy"))[0]).toMatchObject({
      mechanisms: { emails: [{ id: "ops@lavlay.com" }], webhooks: [{ id: expect.anything() }] },
    });
  });
});

describe("Sentry", () => {
  const organization = "lavlay";

  it("is declared when an organisation is named, on any tier, with the alerts of its plan", async () => {
    const none = await declared({});
    expect([none("SentryProject"), none("SentryKey")]).toEqual([{}, {}]);

    const developer = await declared({ sentry: { organization } });
    expect(developer("SentryTeam")["errors-team"]).toMatchObject({ organization, slug: "lavlay-prod" });
    expect(developer("SentryProject")["errors-project"]).toMatchObject({ slug: "lavlay-prod" });
    expect(developer("SentryProject")["errors-project"]).not.toHaveProperty("platform");
    expect(Object.keys(developer("SentryKey"))).toEqual(["errors-key"]);
    expect(developer("SentryMetricAlert")).toEqual({});
    expect(developer("SentryIssueAlert")["errors-issues"]).toMatchObject({
      conditions: [
        { id: expect.stringContaining("FirstSeen") },
        { id: expect.stringContaining("Regression") },
        { value: "100", interval: "1h" },
      ],
      actions: [{ targetType: "Team" }],
    });

    const team = await declared({
      sentry: { organization, team: "web", plan: "team", eventsPerHour: 7 },
      objectives: { pageMilliseconds: 1500 },
    });
    expect(team("SentryTeam")).toEqual({});
    expect(team("SentryIssueAlert")["errors-issues"]).toMatchObject({
      conditions: [expect.anything(), expect.anything(), { value: "7" }],
    });
    expect(team("SentryMetricAlert")["errors-slow-pages"]).toMatchObject({
      triggers: [{ alertThreshold: 1500 }],
    });
    expect(Object.keys(team("SentryMetricAlert"))).toEqual(["errors-failures", "errors-slow-pages"]);
  });

  it("gives the app the address to report to", async () => {
    const of = await declared({ sentry: { organization } });
    expect(Object.keys(of("ProjectEnvironmentVariable"))).toContain("web-vite-sentry-dsn");
    expect(() =>
      testSettings({ sentry: { organization }, web: { sentryDsn: "https://key@o1.ingest.sentry.io/2" } }),
    ).toThrow(/lavlay:web\.sentryDsn: .*\n?.*Take one of the two out/);
  });
});

it("alerts never go through the net in plain text", () => {
  const local = { target: "local", tier: "team" };
  const webhook = (url: string) => ({ monitoring: { emails: ["ops@lavlay.com"], webhook: url } });
  expect(() => testSettings({ tier: "team", ...webhook("http://hooks.lavlay.com") })).toThrow(
    "lavlay:monitoring.webhook",
  );
  expect(() => testSettings({ ...local, ...webhook("http://hooks.lavlay.com") })).toThrow(
    "lavlay:monitoring.webhook",
  );
  expect(() => testSettings({ ...local, ...webhook("http://127.0.0.1:9") })).not.toThrow();
});
