import type { Lookup } from "../behaviour.ts";
import { existingProject } from "./errors.ts";

/** The project's API keys. */
export const getApikeys: Lookup = {
  token: "supabase:index/getApikeys:getApikeys",
  notImitated: [],
  answer(context, { projectRef }) {
    const { ref } = existingProject(context, projectRef);
    const { anonKey, serviceRoleKey, publishableKey, secretKey } = context.hooks.projectKeys(ref);
    const secretKeys = [{ name: "default", apiKey: secretKey }];
    return { id: ref, projectRef: ref, anonKey, serviceRoleKey, publishableKey, secretKeys };
  },
};

/** The pooler's address, by mode. */
export const getPooler: Lookup = {
  token: "supabase:index/getPooler:getPooler",
  notImitated: ["the pooler: its address leads straight to Postgres"],
  answer(context, { projectRef }) {
    const { ref } = existingProject(context, projectRef);
    const mode = context.store.collection("poolers").get(ref)?.pool_mode ?? "transaction";
    return { id: ref, projectRef: ref, url: { [mode]: context.hooks.poolerUrl(ref) } };
  },
};

/** The branches that were declared. */
export const getBranch: Lookup = {
  token: "supabase:index/getBranch:getBranch",
  notImitated: [],
  answer({ store }, { parentProjectRef }) {
    const branches = store
      .collection("recorded")
      .list()
      .filter(({ type }) => type === "supabase:index/branch:Branch")
      .filter(({ properties }) => properties["parentProjectRef"] === parentProjectRef)
      .map(({ id, properties }) => ({ id, gitBranch: properties["gitBranch"], projectRef: id }));
    return { id: String(parentProjectRef), parentProjectRef, branches };
  },
};

/** Nobody is banned. */
export const getNetworkBans: Lookup = {
  token: "supabase:index/getNetworkBans:getNetworkBans",
  notImitated: ["bans: the list is always empty"],
  answer: (_context, { projectRef }) => ({ id: String(projectRef), projectRef, bannedIpv4Addresses: [] }),
};
