import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../state/model.ts";
import { isOwn, type Behaviour } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { existingProject, supabaseError } from "./errors.ts";
import { merged, picked, settingsGroups, settingsOf } from "./settings-values.ts";

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
    if (found && found.urn !== "" && !isOwn(found, request)) {
      throw supabaseError(
        409,
        `another resource owns the settings of project ${ref} already. Put all into one.`,
      );
    }
    // Written key by key: what is not declared stays as it is.
    const set = settingsGroups.flatMap((group) => {
      const given = parsed(inputs[group]);
      return given === undefined ? [] : [[group, merged(found?.[group], given)] as const];
    });
    const ssl = inputs["sslEnforcement"] as boolean | undefined;
    records.put(ref, {
      ...found,
      urn,
      projectRef: ref,
      ...Object.fromEntries(set),
      ...(ssl !== undefined && { sslEnforcement: ssl }),
    });
    return { id: ref, outputs: {} };
  },
  observe({ store }, id, state) {
    const record = store.collection("projectSettings").get(id);
    if (!record) return undefined;
    // Only the keys that are declared are looked at.
    const found: Values = Object.fromEntries(
      settingsGroups.map((group) => [group, written(record[group], state[group])]),
    );
    const ssl = state["sslEnforcement"] === undefined ? {} : { sslEnforcement: record.sslEnforcement };
    return { ...state, ...found, ...ssl };
  },
  imported({ store }, id) {
    if (!store.collection("projects").get(id)) return undefined;
    const { sslEnforcement, ...groups } = settingsOf(store, id);
    const texts = settingsGroups.map((group) => [group, JSON.stringify(groups[group])]);
    return { id, outputs: { projectRef: id, ...Object.fromEntries(texts), sslEnforcement } };
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
  const asked = parsed(declared);
  if (found === undefined || asked === undefined) return undefined;
  const there = picked(found, asked);
  return isDeepStrictEqual(there, asked) ? declared : JSON.stringify(there);
}
