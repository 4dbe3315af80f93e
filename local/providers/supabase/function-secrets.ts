import { createHash } from "node:crypto";
import { isOwn, type Behaviour } from "../behaviour.ts";
import { existingProject, supabaseError } from "./errors.ts";

/** What the functions of a project find in their environment. */
export const functionSecrets: Behaviour = {
  token: "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets",
  notImitated: ["two such resources for one project undoing each other: the second is refused"],
  deleteBeforeReplace: true,
  changing: ["secretDigests"],
  apply(context, request) {
    const { inputs, urn } = request;
    const { ref } = existingProject(context, inputs["projectRef"]);
    const records = context.store.collection("functionSecrets");
    const found = records.get(ref);
    if (found && !isOwn(found, request)) {
      throw supabaseError(
        409,
        `another resource owns the secrets of project ${ref} already. Put all into one.`,
      );
    }
    const declared = inputs["secrets"] as readonly { name: string; value: string }[];
    const secrets = Object.fromEntries(declared.map(({ name, value }) => [name, value]));
    records.put(ref, { urn, projectRef: ref, secrets });
    return { id: ref, outputs: { secretDigests: digests(secrets) } };
  },
  observe({ store }, id, state) {
    const record = store.collection("functionSecrets").get(id);
    if (!record) return undefined;
    const order = ((state["secrets"] ?? []) as readonly { name: string }[]).map(({ name }) => name);
    const names = [...new Set([...order, ...Object.keys(record.secrets)])].filter(
      (name) => name in record.secrets,
    );
    return {
      ...state,
      secrets: names.map((name) => ({ name, value: record.secrets[name] })),
      secretDigests: digests(record.secrets),
    };
  },
  remove({ store }, id) {
    store.collection("functionSecrets").delete(id);
  },
};

function digests(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, createHash("sha256").update(value).digest("hex")]),
  );
}
