import { catalogEntry } from "../../../catalog/catalog.ts";
import { formatProblem } from "../../../catalog/problem.ts";
import { checkResource } from "../../../catalog/rules/index.ts";
import type { Store } from "../../state/store.ts";
import { failure } from "./envelope.ts";

/** What is wrong with a resource that is made through the API: by the same rules as for the provider's. */
export function refusalOf(
  store: Store,
  token: string,
  inputs: Readonly<Record<string, unknown>>,
): Response | undefined {
  const entry = catalogEntry(token);
  if (!entry) throw new Error(`catalog/ does not know ${token}.`);
  const zones = store.collection("accounts").get("accounts")?.cloudflare.zones ?? [];
  const problems = checkResource(entry, inputs, {
    zonePlan: (zoneId) => zones.find(({ id }) => id === zoneId)?.plan,
  });
  return problems.length > 0 ? failure(400, 1004, problems.map(formatProblem).join("; ")) : undefined;
}
