import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "./settings.ts";

/** What in the settings does not go together, whatever the plans. */
export function inconsistencies(settings: Settings): Problem[] {
  return [
    ...unheardAlerts(settings),
    ...openWebhook(settings),
    ...twoSentryProjects(settings),
    ...routesWithoutHost(settings),
    ...twice(settings),
  ];
}

function unheardAlerts({ tier, monitoring, stack }: Settings): Problem[] {
  if (!monitoring || monitoring.emails.length > 0 || monitoring.webhook) return [];
  return [
    {
      key: "lavlay:monitoring.emails",
      value: "(none)",
      limit: `tier ${tier} sends alerts, and nobody would get them`,
      fix: `Name somebody with \`pulumi config set --path 'lavlay:monitoring.emails[0]' ADDRESS -s ${stack}\`, or set lavlay:monitoring.enabled to false.`,
    },
  ];
}

function openWebhook({ target, monitoring }: Settings): Problem[] {
  const { webhook } = monitoring ?? {};
  if (!webhook?.startsWith("http:")) return [];
  if (target === "local" && ["127.0.0.1", "localhost"].includes(new URL(webhook).hostname)) return [];
  return [
    {
      key: "lavlay:monitoring.webhook",
      value: webhook,
      limit: "alerts would go through the net in plain text",
      fix: "Give an address that begins with https://; http:// is for this machine on the stack `local` alone.",
    },
  ];
}

function twoSentryProjects({ sentry, web }: Settings): Problem[] {
  if (!sentry || !web.sentryDsn) return [];
  return [
    {
      key: "lavlay:web.sentryDsn",
      value: web.sentryDsn,
      limit: "with lavlay:sentry the stack has a project of its own, and the app reports to one",
      fix: "Take one of the two out.",
    },
  ];
}

function routesWithoutHost({ rateLimit, loadBalancer }: Settings): Problem[] {
  if (loadBalancer) return [];
  return rateLimit.routes.flatMap(({ name, host }, index) =>
    host === "api"
      ? [
          {
            key: `lavlay:rateLimit.routes[${index}].host`,
            value: `api, for ${name}`,
            limit: "without a load balancer the API is not behind Cloudflare, which then cannot limit it",
            fix: "Take the route out, or set lavlay:loadBalancer.enabled to true. Supabase's own limits stand under lavlay:auth.",
          },
        ]
      : [],
  );
}

function twice({ rateLimit, supabase }: Settings): Problem[] {
  const doubles = (key: string, names: readonly string[]) =>
    names
      .filter((name, index) => names.indexOf(name) < index)
      .map((name) => ({ key, value: name, limit: "it stands there twice", fix: "Take one out." }));
  return [
    ...doubles(
      "lavlay:rateLimit.routes",
      rateLimit.routes.map(({ name }) => name),
    ),
    ...doubles("lavlay:supabase.replicaRegions", supabase.replicaRegions),
  ];
}
