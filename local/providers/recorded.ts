import { leftOver, type Applied, type ApplyRequest, type Behaviour, type Context } from "./behaviour.ts";
import { catalogEntry } from "../../catalog/catalog.ts";
import type { Problem } from "../../catalog/problem.ts";
import type { Store } from "../state/store.ts";
import { cloudflareImport } from "./import-id.ts";
import type { Values } from "./marshal.ts";

export interface RecordedOptions {
  readonly token: string;
  readonly notImitated: readonly string[];
  readonly newId: (inputs: Values) => string;
  /** The property within whose value ids are unique; absent where they are so everywhere. */
  readonly within?: string;
  /** Of Cloudflare's: the form of an import id, such as `<zone_id>/<healthcheck_id>`. */
  readonly importForm?: `<${"account" | "zone"}_id>/<${string}>`;
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
  const { token, notImitated, importForm, problems, executed, live, forget } = options;
  const nothing = "what it does: it is checked and remembered, nothing acts on it";
  return {
    token,
    notImitated: executed ? notImitated : [nothing, ...notImitated],
    problems,
    apply: ({ store }, request) => remember(store, options, request),
    observe({ store }, id, state) {
      const record = store.collection("recorded").get(keyOf(options, id, state));
      return record && { ...record.properties, ...live?.(store, id) };
    },
    imported({ store }, id) {
      const [owner, own = id] = importForm ? cloudflareImport(importForm, id) : [];
      const records = store.collection("recorded");
      // The id, or what it is within before it.
      const record = records.get(`${token}/${own}`) ?? records.get(`${token}/${own.split("/").at(-1)}`);
      const ownedBy = importForm?.startsWith("<zone_id>") ? "zoneId" : "accountId";
      if (!record || (importForm && record.properties[ownedBy] !== owner)) return undefined;
      const { secretInputs = [] } = catalogEntry(token) ?? {};
      // No vendor tells a secret that it was given.
      const told = Object.entries(record.properties).filter(([name]) => !secretInputs.includes(name));
      return { id: record.id, outputs: { ...Object.fromEntries(told), ...live?.(store, record.id) } };
    },
    remove({ store }, id, state) {
      store.collection("recorded").delete(keyOf(options, id, state));
      forget?.(store, id);
    },
  };
}

/** Makes or changes a record, as a provider or a vendor's API is asked to. */
export function remember(
  store: Store,
  { token, newId, within, outputs }: RecordedOptions,
  request: ApplyRequest,
): Applied {
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
  const properties = { ...inputs, ...made };
  records.put(keyOf({ token, within }, id, inputs), { urn, type: token, id, properties });
  return { id, outputs: made };
}

const keyOf = ({ token, within }: Pick<RecordedOptions, "token" | "within">, id: string, values: Values) =>
  [token, ...(within ? [String(values[within])] : []), id].join("/");
