import type { AccountToken } from "../../state/model.ts";
import { leftOver, type Behaviour } from "../behaviour.ts";
import { cloudflareId, cloudflareToken } from "../ids.ts";
import { accountProblems } from "./accounts.ts";
import { cloudflareError } from "./errors.ts";
import { permissionGroups } from "./permission-groups.ts";

/** An API token of the account; the object store takes it as S3 credentials. */
export const accountToken: Behaviour = {
  token: "cloudflare:index/accountToken:AccountToken",
  notImitated: [
    "Cloudflare's API: a token opens R2's S3 API and nothing else",
    "condition (IP ranges), notBefore: stored and not checked",
  ],
  changing: ["modifiedOn"],
  problems: accountProblems,
  apply({ store }, request) {
    const { inputs, urn } = request;
    const tokens = store.collection("accountTokens");
    const policies = inputs["policies"] as AccountToken["policies"];
    for (const { id } of policies.flatMap((policy) => policy.permissionGroups)) {
      if (permissionGroups.some((group) => group.id === id)) continue;
      throw cloudflareError(1001, `The permission group ${id} does not exist.`);
    }
    const found = request.id ? tokens.get(request.id) : leftOver(tokens.list(), request);
    const now = new Date().toISOString();
    const record: AccountToken = {
      urn,
      id: found?.id ?? request.id ?? cloudflareId(),
      accountId: String(inputs["accountId"]),
      name: String(inputs["name"]),
      value: found?.value ?? cloudflareToken(),
      status: (inputs["status"] ?? "active") as AccountToken["status"],
      policies,
      expiresOn: inputs["expiresOn"] as string | undefined,
      issuedOn: found?.issuedOn ?? now,
    };
    tokens.put(record.id, record);
    const { value, status, issuedOn } = record;
    return {
      id: record.id,
      outputs: {
        value,
        status,
        issuedOn,
        modifiedOn: now,
        lastUsedOn: "",
        creatorEmailAtCreation: "",
        provisionerId: "",
        provisionerType: "",
      },
    };
  },
  observe({ store }, id, state) {
    const record = store.collection("accountTokens").get(id);
    if (!record) return undefined;
    const { urn: _urn, id: _id, ...properties } = record;
    return { ...state, ...properties };
  },
  remove({ store }, id) {
    store.collection("accountTokens").delete(id);
  },
};
