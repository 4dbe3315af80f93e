import { Hono } from "hono";
import type { Store } from "../../state/store.ts";
import { sameText } from "../http/same-text.ts";

/** What Vercel's API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but those that the verbs of this package call",
  "rate limits of the API",
];

export interface VercelApiOptions {
  store: Store;
  /** The one token that is accepted. */
  token: string;
}

/** A refusal in the form of Vercel's API. */
export function refusal(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status });
}

/** Vercel's REST API, as far as the verbs of this package call it, on what the provider has made. */
export function createVercelApi({ store, token }: VercelApiOptions): Hono {
  const app = new Hono();
  app.use("*", async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    if (given === undefined || !sameText(given, token)) return refusal(403, "forbidden", "Not authorized");
    return next();
  });

  app.get("/v2/user", (context) => {
    const plan = store.collection("accounts").get("accounts")?.vercel.plan ?? "hobby";
    return context.json({
      user: { id: "local", username: "local", email: "local@lavlay.localhost", billing: { plan } },
    });
  });

  app.notFound((context) =>
    refusal(404, "not_found", `${context.req.method} ${context.req.path}: not part of the local target`),
  );
  return app;
}
