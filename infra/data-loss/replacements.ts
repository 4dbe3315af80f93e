import { lossOf } from "../../catalog/holds-data.ts";
import type { Problem } from "../../catalog/problem.ts";
import type { Settings } from "../settings/settings.ts";
import type { DeployedResource } from "./deployed.ts";

/** Properties that the vendor cannot change in place, of the resources that hold data. */
interface Fixed {
  type: string;
  /** Property → the configuration key it comes from and its value now. */
  properties: Record<string, { key: string; value: unknown }>;
}

/** Changes that would make a new one of a resource that holds data. */
export function replacements(settings: Settings, deployed: readonly DeployedResource[]): Problem[] {
  const { cloudflare, media, supabase } = settings;
  const account = { key: "lavlay:cloudflare.accountId", value: cloudflare.accountId };
  const zone = { key: "lavlay:cloudflare.zoneId", value: cloudflare.zoneId };
  const jurisdiction = { key: "lavlay:media.jurisdiction", value: media.jurisdiction };
  const fixed: Fixed[] = [
    {
      type: "cloudflare:index/r2Bucket:R2Bucket",
      properties: {
        name: { key: "lavlay:media.bucket", value: media.bucket },
        accountId: account,
        jurisdiction,
      },
    },
    {
      type: "cloudflare:index/r2CustomDomain:R2CustomDomain",
      properties: {
        domain: { key: "lavlay:media.host", value: media.host },
        zoneId: zone,
        accountId: account,
        jurisdiction,
      },
    },
    {
      type: "supabase:index/project:Project",
      properties: {
        organizationId: { key: "lavlay:supabase.organizationId", value: supabase.organizationId },
        region: { key: "lavlay:supabase.region", value: supabase.region },
      },
    },
  ];
  return fixed.flatMap(({ type, properties }) =>
    deployed
      .filter((resource) => resource.type === type)
      .flatMap(({ outputs }) =>
        Object.entries(properties)
          .filter(([property, { value }]) => outputs[property] !== undefined && outputs[property] !== value)
          .map(([property, { key, value }]) => ({
            key,
            value: `${String(outputs[property])} → ${String(value)}`,
            limit: `it would lose ${lossOf(type, outputs)?.what ?? "what it holds"}, and this stack is protected`,
            fix: `Set it back to ${String(outputs[property])}. To move on purpose, copy the data first, then set lavlay:protect to false in an update of its own.`,
          })),
      ),
  );
}
