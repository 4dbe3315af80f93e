import { leftOver, type Behaviour, type Context } from "./behaviour.ts";
import { catalogEntry } from "../../catalog/catalog.ts";
import type { Problem } from "../../catalog/problem.ts";
import type { Store } from "../state/store.ts";
import type { Values } from "./marshal.ts";

export interface RecordedOptions {
  readonly token: string;
  readonly notImitated: readonly string[];
  readonly newId: (inputs: Values) => string;
  /** The property within whose value ids are unique; absent where they are so everywhere. */
  readonly within?: string;
  /** Outputs that the vendor makes up where nothing is asked for: times and keys, made once, and defaults. */
  readonly outputs?: (inputs: Values, id: string, store: Store) => Values;
  readonly problems?: (context: Context, inputs: Values) => Problem[];
  /** Set where a service acts on the record. */
  readonly executed?: boolean;
  /** Outputs that a service has changed since. */
  readonly live?: (store: Store, id: string) => Values | undefined;
  /** Forgets what a service has kept of it. */
  readonly forget?: (store: Store, id: string) => void;
}

/** A resource that is checked and remembered as it was declared; most have no service that acts on them. */
export function recorded(options: RecordedOptions): Behaviour {
  const { token, notImitated, newId, within, outputs, problems, executed, live, forget } = options;
  const keyOf = (id: string, values: Values) =>
    [token, ...(within ? [String(values[within])] : []), id].join("/");
  const nothing = "what it does: it is checked and remembered, nothing acts on it";
  return {
    token,
    notImitated: executed ? notImitated : [nothing, ...notImitated],
    problems,
    apply({ store }, request) {
      const records = store.collection("recorded");
      const { inputs, urn, state } = request;
      const own = records.list().filter(({ type }) => type === token);
      const id = request.id ?? leftOver(own, request)?.id ?? newId(inputs);
      const settable = catalogEntry(token)?.inputs ?? {};
      // What was asked for goes before what the vendor makes up, which it makes up once.
      const made = Object.fromEntries(
        Object.entries(outputs?.(inputs, id, store) ?? {})
          .filter(([name]) => inputs[name] === undefined)
          .map(([name, value]) => [name, name in settable ? value : (state[name] ?? value)]),
      );
      records.put(keyOf(id, inputs), { urn, type: token, id, properties: { ...inputs, ...made } });
      return { id, outputs: made };
    },
    observe({ store }, id, state) {
      const record = store.collection("recorded").get(keyOf(id, state));
      return record && { ...record.properties, ...live?.(store, id) };
    },
    imported({ store }, id) {
      const records = store.collection("recorded");
      // The id, or the account or zone before it.
      const record = records.get(`${token}/${id}`) ?? records.get(`${token}/${id.split("/").at(-1)}`);
      return record && { id: record.id, outputs: { ...record.properties, ...live?.(store, record.id) } };
    },
    remove({ store }, id, state) {
      store.collection("recorded").delete(keyOf(id, state));
      forget?.(store, id);
    },
  };
}
