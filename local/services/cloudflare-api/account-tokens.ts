import { permissionGroups } from "../../providers/cloudflare/permission-groups.ts";
import { cloudflareId, cloudflareToken } from "../../providers/ids.ts";
import type { AccountToken } from "../../state/model.ts";
import { body } from "../http/body.ts";
import type { CloudflareApi } from "./api.ts";
import { failure, page, success } from "./envelope.ts";

const path = "/client/v4/accounts/:account/tokens";
const one = `${path}/:id{[0-9a-f]{32}}`;

/** The token's value is told when it is made and when it is rolled, and never again. */
const describe = ({ id, name, status, policies, issuedOn, expiresOn }: AccountToken) => ({
  id,
  name,
  status,
  issued_on: issuedOn,
  modified_on: issuedOn,
  ...(expiresOn !== undefined && { expires_on: expiresOn }),
  policies: policies.map((policy) => ({
    effect: policy.effect,
    permission_groups: policy.permissionGroups,
    resources: JSON.parse(policy.resources) as unknown,
  })),
});

/** API tokens of the account: R2's S3 credentials among them. */
export function addAccountTokenRoutes({ app, store, allows }: CloudflareApi): void {
  const tokens = store.collection("accountTokens");
  const reads = allows("Account API Tokens Read", "Account API Tokens Write");
  const writes = allows("Account API Tokens Write");
  const noToken = () => failure(404, 1001, "Token not found");

  app.get(path, reads, ({ req }) => page(tokens.list().map(describe), req.url));

  app.post(path, writes, async ({ req }) => {
    const given = await body(req.raw);
    const policies = policiesOf(given["policies"]);
    if (typeof given["name"] !== "string" || given["name"] === "")
      return failure(400, 1001, "name: must be a string");
    if (typeof policies === "string") return failure(400, 1001, policies);
    const token: AccountToken = {
      urn: "",
      id: cloudflareId(),
      accountId: req.param("account"),
      name: given["name"],
      value: cloudflareToken(),
      status: "active",
      policies,
      issuedOn: new Date().toISOString(),
      ...(typeof given["expires_on"] === "string" && { expiresOn: given["expires_on"] }),
    };
    tokens.put(token.id, token);
    return success({ ...describe(token), value: token.value });
  });

  app.get(one, reads, ({ req }) => {
    const found = tokens.get(req.param("id"));
    return found ? success(describe(found)) : noToken();
  });
  app.put(one, writes, async ({ req }) => {
    const found = tokens.get(req.param("id"));
    if (!found) return noToken();
    const { name = found.name, status = found.status, policies } = await body(req.raw);
    const changed = policies === undefined ? found.policies : policiesOf(policies);
    if (typeof changed === "string") return failure(400, 1001, changed);
    if (status !== "active" && status !== "disabled" && status !== "expired")
      return failure(400, 1001, "status: must be one of active, disabled");
    const token: AccountToken = { ...found, name: String(name), status, policies: changed };
    tokens.put(found.id, token);
    return success(describe(token));
  });
  app.put(`${one}/value`, writes, ({ req }) => {
    const found = tokens.get(req.param("id"));
    if (!found) return noToken();
    const value = cloudflareToken();
    tokens.put(found.id, { ...found, value });
    return success(value);
  });
  app.delete(one, writes, ({ req }) => {
    const { id } = req.param();
    return tokens.delete(id) ? success({ id }) : noToken();
  });
}

/** Policies as the store keeps them, or what is wrong with them. */
function policiesOf(given: unknown): AccountToken["policies"] | string {
  if (!Array.isArray(given) || given.length === 0) return "policies: must be a list with at least one";
  const policies: AccountToken["policies"] = [];
  for (const policy of given as Record<string, unknown>[]) {
    const { effect = "allow", permission_groups: groups, resources } = policy;
    if (!Array.isArray(groups) || typeof resources !== "object" || resources === null)
      return "policies: each needs permission_groups and resources";
    const ids = (groups as { id?: unknown }[]).map(({ id }) => String(id));
    const strange = ids.find((id) => !permissionGroups.some((group) => group.id === id));
    if (strange !== undefined) return `The permission group ${strange} does not exist.`;
    policies.push({
      effect: String(effect),
      permissionGroups: ids.map((id) => ({ id })),
      resources: JSON.stringify(resources),
    });
  }
  return policies;
}
