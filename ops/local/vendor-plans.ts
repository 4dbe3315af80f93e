import { isRefusal } from "../../catalog/problem.ts";
import { settingsOf } from "../../infra/settings/settings.ts";
import type { DaemonInfo } from "../../local/process.ts";
import { parseStackFile } from "../../infra/settings/stack-file.ts";

/**
 * Gives the vendors' stand-ins the plans that the stack declares. At the vendors an operator does that by hand, and pays;
 * here it is enough to say so. A configuration that is refused changes nothing: the program tells why.
 * @param yaml the stack's YAML
 */
export async function matchVendorPlans({ ports, environment }: DaemonInfo, yaml: string): Promise<void> {
  const plans = declaredPlans(yaml, environment);
  if (!plans) return;
  const response = await fetch(`http://127.0.0.1:${ports.management}/local/plans`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${environment["SUPABASE_ACCESS_TOKEN"]}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ upstash: "free", ...plans }),
  });
  if (!response.ok) throw new Error(`The local target refused the vendors' plans: ${await response.text()}`);
}

function declaredPlans(yaml: string, environment: Readonly<Record<string, string>>) {
  const { values, secretKeys } = parseStackFile(yaml);
  try {
    return settingsOf("local", { values, secretKeys: new Set(secretKeys) }, environment, "apply").plans;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
