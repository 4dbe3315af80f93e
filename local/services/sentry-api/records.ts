import { remember, type RecordedOptions } from "../../providers/recorded.ts";
import type { Values } from "../../providers/marshal.ts";
import type { Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";

/** What there is of a kind, with these properties. */
export const recordsOf = (store: Store, { token }: RecordedOptions, wanted: Values): Model["recorded"][] =>
  store
    .collection("recorded")
    .list()
    .filter(
      ({ type, properties }) =>
        type === token && Object.entries(wanted).every(([name, value]) => properties[name] === value),
    );

/** Makes one, as the provider would. */
export function make(store: Store, options: RecordedOptions, inputs: Values): Model["recorded"] {
  const { id, outputs } = remember(store, options, { urn: "", inputs, state: {}, retried: false });
  return { urn: "", type: options.token, id, properties: { ...inputs, ...outputs } };
}

export const notFound = () =>
  Response.json({ detail: "The requested resource does not exist" }, { status: 404 });

/** What Sentry says to a slug that is taken. */
export const taken = (slug: string) =>
  Response.json({ detail: `A resource with the slug "${slug}" already exists.` }, { status: 409 });
