import { Hono } from "hono";
import type { Store } from "../../state/store.ts";
import { sameText } from "../http/same-text.ts";
import { addAccountRoutes } from "./accounts.ts";
import { addDeploymentRoutes } from "./deployments.ts";
import { addProjectRoutes } from "./projects.ts";
import { refusal } from "./refusal.ts";

/** What Vercel's API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but those that the verbs of this package and the making of a project call",
  "rate limits of the API",
];

export interface VercelApiOptions {
  store: Store;
  /** The one token that is accepted. */
  token: string;
  /** Where web files lie, by SHA-1; absent where nothing is to be deployed. */
  hostingDirectory?: string;
}

/** Vercel's REST API, as far as the verbs of this package call it, on what the provider has made. */
export function createVercelApi({ store, token, hostingDirectory }: VercelApiOptions): Hono {
  const app = new Hono();
  app.use("*", async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    if (given === undefined || !sameText(given, token)) return refusal(403, "forbidden", "Not authorized");
    return next();
  });

  addAccountRoutes(app, store);
  addProjectRoutes(app, store);
  if (hostingDirectory !== undefined) addDeploymentRoutes(app, store, hostingDirectory);

  app.notFound((context) =>
    refusal(404, "not_found", `${context.req.method} ${context.req.path}: not part of the local target`),
  );
  return app;
}
