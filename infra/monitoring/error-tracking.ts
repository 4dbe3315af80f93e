import * as pulumi from "@pulumi/pulumi";
import * as sentry from "@pulumiverse/sentry";
import { sentryPlans, type SentryPlan } from "../../catalog/entitlements/sentry.ts";

export interface ErrorTrackingArgs {
  /** The organisation's slug. */
  organization: string;
  /** The slug of the team that gets the alerts; absent for a team of the project's own, which people then join. */
  team?: string;
  /** Also the project's slug. */
  projectName: string;
  plan: SentryPlan;
  /** Events of one issue in an hour above which the team is told again. */
  eventsPerHour: number;
  /** Milliseconds until a page shows its largest part, at most. */
  pageMilliseconds: number;
}

/** The share of requests and page loads that may fail within an hour. */
const failureRate = 0.01;

/** The app's errors at Sentry: a project, the key by which the app reports, and alerts to a team. */
export class ErrorTracking extends pulumi.ComponentResource {
  /** Where the app reports its errors. Public: it ends up in the pages. */
  readonly dsn: pulumi.Output<string>;

  constructor(name: string, args: ErrorTrackingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:monitoring:ErrorTracking", name, {}, opts);
    const { organization, projectName } = args;
    // The provider would ask the new organisation for what is in the old one.
    const within = (...inputs: string[]) => ({ parent: this, replaceOnChanges: inputs });

    const team = args.team
      ? sentry.getSentryTeamOutput({ organization, slug: args.team }, { parent: this })
      : new sentry.SentryTeam(
          `${name}-team`,
          { organization, name: projectName, slug: projectName },
          within("organization"),
        );
    const project = new sentry.SentryProject(
      `${name}-project`,
      // No platform: the provider would ask Sentry's documentation for it at every preview.
      { organization, name: projectName, slug: projectName, teams: [team.slug] },
      within("organization"),
    );
    const inProject = { organization, project: project.slug };
    const key = new sentry.SentryKey(
      `${name}-key`,
      { ...inProject, name: "web" },
      within("organization", "project"),
    );

    const condition = (id: string) => ({ id: `sentry.rules.conditions.${id}` });
    new sentry.SentryIssueAlert(
      `${name}-issues`,
      {
        ...inProject,
        name: "An issue is new, is back, or comes often",
        actionMatch: "any",
        conditions: [
          condition("first_seen_event.FirstSeenEventCondition"),
          condition("regression_event.RegressionEventCondition"),
          {
            ...condition("event_frequency.EventFrequencyCondition"),
            comparisonType: "count",
            value: String(args.eventsPerHour),
            interval: "1h",
          },
        ],
        filterMatch: "all",
        // Minutes between two messages of one issue.
        frequency: 60,
        actions: [
          {
            id: "sentry.mail.actions.NotifyEmailAction",
            targetType: "Team",
            targetIdentifier: team.internalId,
          },
        ],
      },
      within("organization", "project"),
    );

    const metrics =
      sentryPlans[args.plan].metricAlerts === 0
        ? []
        : [
            {
              id: "slow-pages",
              name: "Pages are slow",
              aggregate: "p75(measurements.lcp)",
              threshold: args.pageMilliseconds,
            },
            {
              id: "failures",
              name: "Requests and page loads fail",
              aggregate: "failure_rate()",
              threshold: failureRate,
            },
          ];
    for (const { id, name: title, aggregate, threshold } of metrics) {
      new sentry.SentryMetricAlert(
        `${name}-${id}`,
        {
          ...inProject,
          name: title,
          // Sentry takes no new alerts on transactions, only on spans.
          dataset: "events_analytics_platform",
          eventTypes: ["trace_item_span"],
          query: "is_transaction:true",
          aggregate,
          // Minutes.
          timeWindow: 60,
          // 0: above the threshold.
          thresholdType: 0,
          triggers: [
            {
              label: "critical",
              alertThreshold: threshold,
              thresholdType: 0,
              actions: [{ type: "email", targetType: "team", targetIdentifier: team.internalId }],
            },
          ],
        },
        within("organization", "project"),
      );
    }
    this.dsn = key.dsnPublic;
    this.registerOutputs({ dsn: this.dsn });
  }
}
