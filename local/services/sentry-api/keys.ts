import type { Hono } from "hono";
import { key } from "../../providers/sentry/key.ts";
import { project } from "../../providers/sentry/project.ts";
import type { Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { body } from "../http/body.ts";
import { make, notFound, recordsOf } from "./records.ts";

const path = "/api/0/projects/:organization/:project/keys/";

const describe = ({ id, properties }: Model["recorded"]) => ({
  id,
  name: properties["name"],
  label: properties["name"],
  public: id,
  projectId: properties["projectId"],
  isActive: properties["isActive"],
  rateLimit: null,
  dsn: { public: properties["dsnPublic"], csp: properties["dsnCsp"] },
});

/** The keys by which apps report to a project. Their secrets, which are out of use, are not told. */
export function addKeyRoutes(app: Hono, store: Store): void {
  const exists = ({ organization, project: slug }: Record<string, string>) =>
    recordsOf(store, project, { organization, slug }).length > 0;

  app.get(path, ({ req, json }) =>
    exists(req.param()) ? json(recordsOf(store, key, req.param()).map(describe)) : notFound(),
  );
  app.post(path, async ({ req, json }) => {
    if (!exists(req.param())) return notFound();
    const { name = "Default" } = await body(req.raw);
    return json(describe(make(store, key, { ...req.param(), name })), 201);
  });
}
