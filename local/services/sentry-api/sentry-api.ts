import { Hono } from "hono";
import type { Store } from "../../state/store.ts";
import { sameText } from "../http/same-text.ts";
import { addKeyRoutes } from "./keys.ts";
import { addProjectRoutes } from "./projects.ts";
import { addTeamRoutes } from "./teams.ts";

/** What Sentry's API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but those of an organisation, a team, a project and its keys; every organisation exists",
  "what is told of a project beside its names, its teams and its digests",
];

export interface SentryApiOptions {
  store: Store;
  /** The one token that is accepted. */
  token: string;
}

/** Sentry's API, as far as the verbs of this package call it: below `/api/0`, with a bearer token. */
export function createSentryApi({ store, token }: SentryApiOptions): Hono {
  const app = new Hono();
  app.use("*", async (context, next) => {
    if (!sameText(context.req.header("authorization") ?? "", `Bearer ${token}`))
      return context.json({ detail: "Invalid token" }, 401);
    return next();
  });
  app.get("/api/0/organizations/:organization/", (context) => {
    const slug = context.req.param("organization");
    return context.json({ id: "1", slug, name: slug, status: { id: "active", name: "active" } });
  });
  addTeamRoutes(app, store);
  addProjectRoutes(app, store);
  addKeyRoutes(app, store);
  app.notFound((context) => context.json({ detail: "The requested resource does not exist" }, 404));
  return app;
}
