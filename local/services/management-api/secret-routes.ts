import { createHash } from "node:crypto";
import type { Hono } from "hono";
import type { Store } from "../../state/store.ts";
import { answer, badRequest, notFound } from "./answers.ts";

/** What functions find in their environment: set by name, never told again but by digest. */
export function addSecretRoutes(app: Hono, store: Store): void {
  const records = store.collection("functionSecrets");
  const path = "/v1/projects/:ref/secrets";
  const missing = (ref: string) => store.collection("projects").get(ref) === undefined;

  app.get(path, (context) => {
    const { ref } = context.req.param();
    if (missing(ref)) return answer(notFound("Project"));
    const secrets = Object.entries(records.get(ref)?.secrets ?? {});
    return context.json(
      secrets.map(([name, value]) => ({ name, value: createHash("sha256").update(value).digest("hex") })),
    );
  });

  app.post(path, async (context) => {
    const { ref } = context.req.param();
    if (missing(ref)) return answer(notFound("Project"));
    const given: unknown = await context.req.json().catch(() => undefined);
    if (!Array.isArray(given) || !given.every(isSecret))
      return answer(badRequest("a list of {name, value} is expected"));
    const reserved = given.find(({ name }) => name.startsWith("SUPABASE_"));
    if (reserved) return answer(badRequest(`${reserved.name}: names that begin with SUPABASE_ are reserved`));
    const found = records.get(ref);
    const set = Object.fromEntries(given.map(({ name, value }) => [name, value]));
    records.put(ref, { urn: "", projectRef: ref, ...found, secrets: { ...found?.secrets, ...set } });
    return context.body(null, 201);
  });

  app.delete(path, async (context) => {
    const { ref } = context.req.param();
    const found = records.get(ref);
    if (missing(ref)) return answer(notFound("Project"));
    const names: unknown = await context.req.json().catch(() => undefined);
    if (!Array.isArray(names)) return answer(badRequest("a list of names is expected"));
    if (found) {
      const kept = Object.entries(found.secrets).filter(([name]) => !names.includes(name));
      records.put(ref, { ...found, secrets: Object.fromEntries(kept) });
    }
    return context.json({});
  });
}

function isSecret(value: unknown): value is { name: string; value: string } {
  const { name, value: secret } = (value ?? {}) as Record<string, unknown>;
  return typeof name === "string" && name !== "" && typeof secret === "string";
}
