import { leftOver, type Behaviour, type Context } from "./behaviour.ts";
import { catalogEntry } from "../../catalog/catalog.ts";
import type { Problem } from "../../catalog/problem.ts";
import type { Values } from "./marshal.ts";

export interface RecordedOptions {
  readonly token: string;
  readonly notImitated: readonly string[];
  readonly newId: () => string;
  /** Outputs that the vendor makes up where nothing is asked for: times and keys, made once, and defaults. */
  readonly outputs?: (inputs: Values, id: string) => Values;
  readonly problems?: (context: Context, inputs: Values) => Problem[];
  /** Set where a service acts on the record. */
  readonly executed?: boolean;
}

/** A resource that is checked and remembered as it was declared; most have no service that acts on them. */
export function recorded(options: RecordedOptions): Behaviour {
  const { token, notImitated, newId, outputs, problems, executed } = options;
  const nothing = "what it does: it is checked and remembered, nothing acts on it";
  return {
    token,
    notImitated: executed ? notImitated : [nothing, ...notImitated],
    problems,
    apply({ store }, request) {
      const records = store.collection("recorded");
      const { inputs, urn, state } = request;
      const own = records.list().filter(({ type }) => type === token);
      const id = request.id ?? leftOver(own, request)?.id ?? newId();
      const settable = catalogEntry(token)?.inputs ?? {};
      // What was asked for goes before what the vendor makes up, which it makes up once.
      const made = Object.fromEntries(
        Object.entries(outputs?.(inputs, id) ?? {})
          .filter(([name]) => inputs[name] === undefined)
          .map(([name, value]) => [name, name in settable ? value : (state[name] ?? value)]),
      );
      records.put(`${token}/${id}`, { urn, type: token, id, properties: { ...inputs, ...made } });
      return { id, outputs: made };
    },
    observe({ store }, id) {
      return store.collection("recorded").get(`${token}/${id}`)?.properties;
    },
    remove({ store }, id) {
      store.collection("recorded").delete(`${token}/${id}`);
    },
  };
}
