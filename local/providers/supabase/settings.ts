import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../state/model.ts";
import { isOwn, type Behaviour } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { existingProject, supabaseError } from "./errors.ts";

const groups = ["api", "auth", "database", "network", "storage"] as const;

/** A project's configuration; the services read it at each request. */
export const settings: Behaviour = {
  token: "supabase:index/settings:Settings",
  notImitated: [
    "database, network, storage and sslEnforcement: checked and stored, not acted on",
    "auth: the keys that Auth's own list names; the others are stored",
    "pooler: neither does the real provider send it",
    "the configuration staying on the project after destroy: here it goes back to the defaults",
  ],
  apply(context, request) {
    const { inputs, urn } = request;
    const { ref } = existingProject(context, inputs["projectRef"]);
    const records = context.store.collection("projectSettings");
    const found = records.get(ref);
    if (found && !isOwn(found, request)) {
      throw supabaseError(
        409,
        `another resource owns the settings of project ${ref} already. Put all into one.`,
      );
    }
    records.put(ref, {
      urn,
      projectRef: ref,
      ...Object.fromEntries(groups.map((group) => [group, parsed(inputs[group])])),
      sslEnforcement: inputs["sslEnforcement"] as boolean | undefined,
    });
    return { id: ref, outputs: {} };
  },
  observe({ store }, id, state) {
    const record = store.collection("projectSettings").get(id);
    if (!record) return undefined;
    const found: Values = Object.fromEntries(
      groups.map((group) => [group, written(record[group], state[group])]),
    );
    return { ...state, ...found, sslEnforcement: record.sslEnforcement };
  },
  remove({ store }, id) {
    store.collection("projectSettings").delete(id);
  },
};

function parsed(text: unknown): Json | undefined {
  return typeof text === "string" ? (JSON.parse(text) as Json) : undefined;
}

/** As it was declared, as long as it means the same. */
function written(found: Json | undefined, declared: unknown): unknown {
  if (found === undefined || isDeepStrictEqual(found, parsed(declared))) return found && declared;
  return JSON.stringify(found);
}
