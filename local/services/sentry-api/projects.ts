import type { Hono } from "hono";
import { key } from "../../providers/sentry/key.ts";
import { project } from "../../providers/sentry/project.ts";
import { team } from "../../providers/sentry/team.ts";
import type { Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { body } from "../http/body.ts";
import { make, notFound, recordsOf, taken } from "./records.ts";

/** An organisation's projects. */
export function addProjectRoutes(app: Hono, store: Store): void {
  const describe = ({ properties }: Model["recorded"]) => {
    const { organization, internalId: id, slug, name, platform, status, teams } = properties;
    const { digestsMinDelay, digestsMaxDelay, resolveAge } = properties;
    const slugs = (teams ?? []) as readonly string[];
    return {
      ...{ id, slug, name, platform, status, digestsMinDelay, digestsMaxDelay, resolveAge },
      teams: slugs.map((slug) => {
        const [found] = recordsOf(store, team, { organization, slug });
        return { id: found?.properties["internalId"], slug, name: found?.properties["name"] ?? slug };
      }),
    };
  };

  app.get("/api/0/projects/:organization/:slug/", ({ req, json }) => {
    const [found] = recordsOf(store, project, req.param());
    return found ? json(describe(found)) : notFound();
  });
  app.post("/api/0/teams/:organization/:team/projects/", async ({ req, json }) => {
    const { organization, team: owner } = req.param();
    if (recordsOf(store, team, { organization, slug: owner }).length === 0) return notFound();
    const { name, slug = name, platform } = await body(req.raw);
    const inputs = {
      organization,
      slug: String(slug),
      name: String(name ?? slug),
      teams: [owner],
      ...(platform !== undefined && { platform }),
    };
    if (recordsOf(store, project, { organization, slug: inputs.slug }).length > 0) return taken(inputs.slug);
    const made = make(store, project, inputs);
    make(store, key, { organization, project: inputs.slug, name: "Default" });
    return json(describe(made), 201);
  });
}
