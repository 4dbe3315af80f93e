import type { Hono } from "hono";
import type { Accounts } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { answer, badRequest, body } from "./answers.ts";

/**
 * Changes what stands in the vendors' dashboards and no API of theirs can change, by a JSON merge patch (RFC 7396): a
 * zone's status, a token's permissions, whether R2 was enabled, a project that was paused.
 */
export function addAccountsRoute(app: Hono, store: Store): void {
  app.patch("/local/accounts", async (context) => {
    const accounts = store.collection("accounts");
    const found = accounts.get("accounts");
    const patch = await body(context.req.raw);
    if (!found || !patch) return answer(badRequest("a JSON object is expected"));
    const patched = merged(found, patch) as Accounts;
    accounts.put("accounts", patched);
    return context.json(patched);
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
