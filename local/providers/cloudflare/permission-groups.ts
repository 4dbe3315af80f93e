import { r2PermissionGroups } from "../../services/object-store/credentials.ts";
import type { Lookup } from "../behaviour.ts";

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
