import { createHash } from "node:crypto";
import { r2PermissionGroups } from "../../services/object-store/credentials.ts";
import type { Lookup } from "../behaviour.ts";

/** Cloudflare's id of a permission group, where it is known here; else one that is made of its name. */
export function idOf(name: string): string {
  const known: Readonly<Record<string, string>> = r2PermissionGroups;
  return known[name] ?? createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** The permission groups that tokens may be given, with what each may be given on. */
export const permissionGroups = Object.entries(r2PermissionGroups).map(([name, id]) => ({
  id,
  name,
  scopes: [name.includes("Item") ? "com.cloudflare.edge.r2.bucket" : "com.cloudflare.api.account"],
}));

/** Which permissions a token may be given. */
export const listPermissionGroups: Lookup = {
  token: "cloudflare:index/getAccountApiTokenPermissionGroupsList:getAccountApiTokenPermissionGroupsList",
  notImitated: ["permission groups other than R2's four"],
  answer(_context, { name, scope, maxItems, accountId }) {
    const results = permissionGroups
      .filter((group) => name === undefined || group.name === name)
      .filter((group) => scope === undefined || group.scopes.some((own) => own === scope))
      .slice(0, typeof maxItems === "number" ? maxItems : undefined);
    return { id: "permission-groups", accountId, name, scope, maxItems, results };
  },
};
