import { cloudflarePermissions, type CloudflarePermission } from "../../../catalog/permissions/cloudflare.ts";
import { idOf } from "../../providers/cloudflare/permission-groups.ts";
import type { Accounts } from "../../state/model.ts";
import type { CloudflareApi } from "./api.ts";
import { failure, success } from "./envelope.ts";

const everything = cloudflarePermissions.map(({ name }) => name);

/** The token that the API is called with, as it tells of itself: an account's own at one address, a person's at another. */
export function addTokenRoutes({ app, store, allows }: CloudflareApi): void {
  const cloudflare = () => store.collection("accounts").get("accounts")!.cloudflare;
  const id = () => cloudflare().token?.id ?? "local";
  const owner = () => cloudflare().token?.owner ?? "account";
  const addresses = [
    { base: "/client/v4/user/tokens", of: "user", reads: ["API Tokens Read", "API Tokens Write"] },
    {
      base: "/client/v4/accounts/:account/tokens",
      of: "account",
      reads: ["Account API Tokens Read", "Account API Tokens Write"],
    },
  ];
  for (const { base, of, reads } of addresses) {
    app.get(`${base}/verify`, () => {
      if (owner() !== of) return failure(401, 1000, "Invalid API Token");
      const { status = "active", expiresOn } = cloudflare().token ?? {};
      return success({ id: id(), status, ...(expiresOn && { expires_on: expiresOn }) });
    });
    app.get(`${base}/:token`, allows(...reads), (context, next) => {
      if (owner() !== of || context.req.param("token") !== id()) return next();
      return Promise.resolve(success(described(id(), cloudflare())));
    });
  }
}

function described(id: string, { accountId, zones, token }: Accounts["cloudflare"]) {
  const { status = "active", permissions = everything, expiresOn } = token ?? {};
  const scopeOf = (name: string): CloudflarePermission["scope"] =>
    cloudflarePermissions.find((permission) => permission.name === name)?.scope ?? "account";
  const groups = (scope: CloudflarePermission["scope"]) =>
    permissions.filter((name) => scopeOf(name) === scope).map((name) => ({ id: idOf(name), name }));
  const policy = (scope: CloudflarePermission["scope"], resources: readonly string[]) => ({
    id: `${id}-${scope}`,
    effect: "allow",
    permission_groups: groups(scope),
    resources: Object.fromEntries(resources.map((name) => [name, "*"])),
  });
  return {
    id,
    name: "local",
    status,
    ...(expiresOn && { expires_on: expiresOn }),
    policies: [
      policy("account", [`com.cloudflare.api.account.${accountId}`]),
      policy(
        "zone",
        zones.map((zone) => `com.cloudflare.api.account.zone.${zone.id}`),
      ),
    ].filter(({ permission_groups: given }) => given.length > 0),
  };
}
