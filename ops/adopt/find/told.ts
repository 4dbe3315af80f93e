import { fromApi } from "../../../catalog/api-names.ts";
import { catalogEntry } from "../../../catalog/catalog.ts";
import type { Values } from "../existing.ts";

/** What of a resource's inputs a vendor's answer tells, by the provider's names. */
export function told(type: string, answer: object): Values {
  const { inputs = {}, types = {} } = catalogEntry(type) ?? {};
  return fromApi("it", { ...types, it: { properties: inputs } }, answer) as Values;
}
