import { Hono } from "hono";
import type { Store } from "../../state/store.ts";
import { sameText } from "../http/same-text.ts";

/** What Sentry's API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but that of an organisation and of a team; every organisation exists, and the teams that were declared in it",
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
  app.get("/api/0/teams/:organization/:team/", (context) => {
    const { organization, team } = context.req.param();
    const found = store
      .collection("recorded")
      .list()
      .find(
        ({ type, properties }) =>
          type === "sentry:index/sentryTeam:SentryTeam" &&
          properties["organization"] === organization &&
          properties["slug"] === team,
      );
    if (!found) return context.json({ detail: "The requested resource does not exist" }, 404);
    const { internalId: id, name } = found.properties;
    return context.json({ id, slug: team, name, hasAccess: true, isMember: false, isPending: false });
  });
  app.notFound((context) => context.json({ detail: "The requested resource does not exist" }, 404));
  return app;
}
