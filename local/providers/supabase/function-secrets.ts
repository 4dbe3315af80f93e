import { createHash } from "node:crypto";
import { isOwn, type Behaviour } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { existingProject, supabaseError } from "./errors.ts";

/** What the functions of a project find in their environment. */
export const functionSecrets: Behaviour = {
  token: "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets",
  notImitated: ["two such resources for one project undoing each other: the second is refused"],
  deleteBeforeReplace: true,
  changing: ["secretDigests"],
  apply(context, request) {
    const { inputs, urn, state } = request;
    const { ref } = existingProject(context, inputs["projectRef"]);
    const records = context.store.collection("functionSecrets");
    const found = records.get(ref);
    if (found && found.urn !== "" && !isOwn(found, request)) {
      throw supabaseError(
        409,
        `another resource owns the secrets of project ${ref} already. Put all into one.`,
      );
    }
    const declared = secretsIn(inputs);
    const set = Object.fromEntries(declared.map(({ name, value }) => [name, value]));
    // What was declared before and is not now goes; what others have set stays.
    const gone = secretsIn(state).filter(({ name }) => !(name in set));
    const kept = Object.entries(found?.secrets ?? {}).filter(
      ([name]) => !gone.some((each) => each.name === name),
    );
    records.put(ref, { urn, projectRef: ref, secrets: { ...Object.fromEntries(kept), ...set } });
    return { id: ref, outputs: { secretDigests: digests(set) } };
  },
  observe({ store }, id, state) {
    const record = store.collection("functionSecrets").get(id);
    if (!record) return undefined;
    // Only what is declared is looked at.
    const names = secretsIn(state)
      .map(({ name }) => name)
      .filter((name) => name in record.secrets);
    const own = Object.fromEntries(names.map((name) => [name, record.secrets[name] ?? ""]));
    return {
      ...state,
      secrets: names.map((name) => ({ name, value: own[name] })),
      secretDigests: digests(own),
    };
  },
  imported({ store }, id) {
    const record = store.collection("functionSecrets").get(id);
    if (!record) return undefined;
    // Names alone: of the values the API tells digests.
    const secrets = Object.keys(record.secrets).map((name) => ({ name }));
    return { id, outputs: { projectRef: id, secrets, secretDigests: digests(record.secrets) } };
  },
  remove({ store }, id, state) {
    const records = store.collection("functionSecrets");
    const found = records.get(id);
    if (!found) return;
    const own = secretsIn(state).map(({ name }) => name);
    const left = Object.entries(found.secrets).filter(([name]) => !own.includes(name));
    if (left.length === 0) records.delete(id);
    else records.put(id, { ...found, urn: "", secrets: Object.fromEntries(left) });
  },
};

const secretsIn = (values: Values) => (values["secrets"] ?? []) as readonly { name: string; value: string }[];

function digests(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, createHash("sha256").update(value).digest("hex")]),
  );
}
