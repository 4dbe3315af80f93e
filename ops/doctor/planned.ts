import { isRefusal } from "../../catalog/problem.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { encryptedSecret, type StackFile } from "../../infra/settings/stack-file.ts";
import { planStack, type PlanReport } from "../plan/plan.ts";

/** The resources that a stack leads to. */
export interface Planned {
  readonly resources: PlanReport["resources"];
  /** What the providers would refuse of them. */
  readonly refused: PlanReport["refused"];
}

/** As the stack declares them, whatever of it is to be taken over and so not made; where that is refused, as its tier has them by default. */
export async function plannedResources(settings: Settings, file: StackFile): Promise<Planned> {
  try {
    return await planStack(settings.stack, { file: withoutAdoption(file) });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { resources } = await planStack(settings.stack, { file: tierFile(settings) });
    return { resources, refused: [] };
  }
}

function withoutAdoption({ values, secretKeys }: StackFile): StackFile {
  const { "lavlay:adopt": _taken, ...rest } = values;
  return { values: rest, secretKeys };
}

function tierFile({ tier, target, cloudflare, supabase, media }: Settings): StackFile {
  const { accountId, zoneId, zone } = cloudflare;
  const { organizationId, region } = supabase;
  return {
    values: {
      "lavlay:tier": tier,
      "lavlay:target": target,
      "lavlay:domain": zone,
      "lavlay:cloudflare": JSON.stringify({ accountId, zoneId }),
      "lavlay:supabase": JSON.stringify({ organizationId, region }),
      "lavlay:media": JSON.stringify({ bucket: media.bucket }),
      "lavlay:monitoring": JSON.stringify({ emails: [`ops@${zone}`] }),
      "lavlay:databasePassword": encryptedSecret,
    },
    secretKeys: ["lavlay:databasePassword"],
  };
}
