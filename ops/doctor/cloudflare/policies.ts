import type { CloudflarePermission } from "../../../catalog/permissions/cloudflare.ts";
import type { CloudflareClient } from "../../vendors/cloudflare.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import type { TokenIdentity } from "./access.ts";

/** What a token may do, as Cloudflare writes it down. */
export interface Policy {
  readonly effect: "allow" | "deny";
  /** Names such as `com.cloudflare.api.account.zone.<id>` → `*`, or what lies below an account. */
  readonly resources: Readonly<Record<string, unknown>>;
  readonly permission_groups: readonly { readonly name?: string }[];
}

/** The token's own policies; undefined where it may not read them. @throws VendorRefusal */
export async function policiesOf(
  client: CloudflareClient,
  { id, owner }: TokenIdentity,
  accountId: string,
): Promise<readonly Policy[] | undefined> {
  const path = owner === "account" ? `/accounts/${accountId}/tokens/${id}` : `/user/tokens/${id}`;
  try {
    return (await client.call<{ policies?: readonly Policy[] }>(path)).policies ?? [];
  } catch (error) {
    if (error instanceof VendorRefusal && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

/** Whether the policies allow that on the account or zone. A denial wins. */
export function grants(
  policies: readonly Policy[],
  { name, scope }: CloudflarePermission,
  { accountId, zoneId }: { readonly accountId: string; readonly zoneId: string },
): boolean {
  const applying = policies.filter(
    ({ permission_groups: groups, resources }) =>
      groups.some((group) => group.name === name) &&
      (scope === "account" ? coversAccount(resources, accountId) : coversZone(resources, accountId, zoneId)),
  );
  return (
    applying.some(({ effect }) => effect === "allow") && applying.every(({ effect }) => effect !== "deny")
  );
}

const account = "com.cloudflare.api.account";

function coversAccount(resources: Policy["resources"], accountId: string): boolean {
  return resources[`${account}.${accountId}`] === "*" || resources[`${account}.*`] === "*";
}

/** A zone is named itself, by all zones, or by all zones below its account. */
function coversZone(resources: Policy["resources"], accountId: string, zoneId: string): boolean {
  const covers = (within: unknown): boolean =>
    typeof within === "object" &&
    within !== null &&
    [`${account}.zone.${zoneId}`, `${account}.zone.*`].some(
      (name) => (within as Record<string, unknown>)[name] === "*",
    );
  return covers(resources) || covers(resources[`${account}.${accountId}`]);
}

/** The names of all groups that some policy allows. */
export function granted(policies: readonly Policy[]): readonly string[] {
  const names = policies
    .filter(({ effect }) => effect === "allow")
    .flatMap(({ permission_groups: groups }) => groups.flatMap(({ name }) => name ?? []));
  return [...new Set(names)].sort();
}
