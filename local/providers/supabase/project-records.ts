import type { Store } from "../../state/store.ts";

/** Everything that belongs to a project goes with it; its own record last, so that an interrupted deletion is done again. */
export function removeProjectRecords(store: Store, ref: string): void {
  store.collection("projectSettings").delete(ref);
  store.collection("functionSecrets").delete(ref);
  store.collection("poolers").delete(ref);
  store.collection("scales").delete(ref);
  for (const { slug } of store
    .collection("edgeFunctions")
    .list()
    .filter(({ projectRef }) => projectRef === ref)) {
    store.collection("edgeFunctions").delete(`${ref}/${slug}`);
  }
  store.collection("projects").delete(ref);
}
