import type { Settings } from "../../../infra/settings/settings.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { about, CannotTell, fail, ok, type Answer, type Check } from "../finding.ts";
import type { Subject } from "../subject.ts";

/** What the organisation may really do, its contract and overrides included. */
export interface Entitlement {
  readonly feature: { readonly key: string };
  readonly hasAccess: boolean;
  readonly config?: {
    readonly value?: number;
    readonly unlimited?: boolean;
    readonly set?: readonly string[];
  };
}

/** A claim of the settings on one of the organisation's entitlements. */
interface Claim {
  readonly key: string;
  readonly entitlement: string;
  readonly value: string | number;
  /** In a set, the name that must be in it; else it is a number, or a mere yes. */
  readonly inSet?: string;
}

/** Whether the live entitlements allow what the stack declares: they may be other than the plan's own. */
export const entitlementChecks: readonly Check<Subject>[] = [
  {
    area: "Supabase",
    what: "entitlements",
    run: async ({ settings, supabase }) => {
      await supabase.organization();
      const entitlements = await liveEntitlements(supabase, settings);
      const answers = claims(settings).flatMap((claim) => refused(entitlements, claim, settings));
      return answers.length > 0
        ? answers
        : ok(`${entitlements.length} of them, and they allow what the stack declares`);
    },
  },
];

/** @throws CannotTell where the API does not tell them */
export async function liveEntitlements(
  supabase: Subject["supabase"],
  settings: Settings,
): Promise<readonly Entitlement[]> {
  const { client } = await supabase.token.alive();
  try {
    const { entitlements } = await client.call<{ entitlements: readonly Entitlement[] }>(
      `/v1/organizations/${settings.supabase.organizationId}/entitlements`,
    );
    return entitlements;
  } catch (error) {
    if (error instanceof VendorRefusal && error.status === 404) {
      throw new CannotTell("Supabase does not tell this organisation's entitlements");
    }
    throw error;
  }
}

function claims({ supabase, plans }: Settings): Claim[] {
  if (plans.supabase === "free") return [];
  const { computeSize, replicaRegions, pointInTimeRecoveryDays: days, dedicatedPooler } = supabase;
  return [
    {
      key: "lavlay:supabase.computeSize",
      entitlement: "instances.compute_update_available_sizes",
      value: computeSize,
      inSet: `ci_${computeSize}`,
    },
    ...(replicaRegions.length > 0
      ? [
          {
            key: "lavlay:supabase.replicaRegions",
            entitlement: "instances.read_replicas",
            value: replicaRegions.join(", "),
          },
        ]
      : []),
    ...(days > 0
      ? [
          {
            key: "lavlay:supabase.pointInTimeRecoveryDays",
            entitlement: "pitr.available_variants",
            value: days,
            inSet: `pitr_${days}`,
          },
        ]
      : []),
    ...(dedicatedPooler
      ? [{ key: "lavlay:supabase.dedicatedPooler", entitlement: "dedicated_pooler", value: "true" }]
      : []),
    {
      key: "lavlay:supabase.realtimeConnections",
      entitlement: "realtime.max_concurrent_users",
      value: supabase.realtimeConnections,
    },
  ];
}

/** An entitlement that the organisation does not list is nobody's refusal. */
function refused(entitlements: readonly Entitlement[], claim: Claim, { supabase }: Settings): Answer[] {
  const { key, entitlement, value, inSet } = claim;
  const found = entitlements.find(({ feature }) => feature.key === entitlement);
  const limit = found && limitBroken(found, value, inSet);
  if (!limit) return [];
  return [
    about(
      `entitlement ${entitlement}`,
      fail(
        `${key} is ${value}, and the organisation ${limit}`,
        `Change ${key}, or upgrade at https://supabase.com/dashboard/org/${supabase.organizationId}/billing`,
      ),
    ),
  ];
}

function limitBroken(
  { hasAccess, config = {} }: Entitlement,
  value: string | number,
  inSet?: string,
): string | undefined {
  if (!hasAccess) return "does not have it";
  if (inSet && config.set && !config.set.includes(inSet)) return `has only ${config.set.join(", ")}`;
  if (typeof value === "number" && !inSet && config.value !== undefined && !config.unlimited) {
    return value > config.value ? `is allowed ${config.value}` : undefined;
  }
  return undefined;
}
