import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "./settings.ts";

/** What in the settings does not go together, whatever the plans. */
export function inconsistencies(settings: Settings): Problem[] {
  return [...unheardAlerts(settings), ...routesWithoutHost(settings), ...twice(settings)];
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
