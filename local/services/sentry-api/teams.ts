import type { Hono } from "hono";
import { team } from "../../providers/sentry/team.ts";
import type { Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { body } from "../http/body.ts";
import { make, notFound, recordsOf, taken } from "./records.ts";

const describe = ({ properties: { internalId: id, slug, name } }: Model["recorded"]) => ({
  id,
  slug,
  name,
  hasAccess: true,
  isMember: false,
  isPending: false,
});

/** An organisation's teams. */
export function addTeamRoutes(app: Hono, store: Store): void {
  app.get("/api/0/teams/:organization/:slug/", ({ req, json }) => {
    const [found] = recordsOf(store, team, req.param());
    return found ? json(describe(found)) : notFound();
  });
  app.post("/api/0/organizations/:organization/teams/", async ({ req, json }) => {
    const { name, slug = name } = await body(req.raw);
    const inputs = {
      organization: req.param("organization"),
      slug: String(slug),
      name: String(name ?? slug),
    };
    const { organization } = inputs;
    if (recordsOf(store, team, { organization, slug: inputs.slug }).length > 0) return taken(inputs.slug);
    return json(describe(make(store, team, inputs)), 201);
  });
}
