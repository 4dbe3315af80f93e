import type { Hono } from "hono";
import type { Model, Project } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { answer, body, notFound, type Answer } from "./answers.ts";
import * as scale from "./scale.ts";

/** A way to change how large a project is. */
interface Change {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Below the project. */
  readonly path: string;
  readonly status: 200 | 201 | 204;
  make(
    store: Store,
    project: Project,
    body: Record<string, unknown> | undefined,
    variant: string,
  ): Model["scales"] | Answer;
}

const changes: readonly Change[] = [
  { method: "PATCH", path: "billing/addons", status: 200, make: scale.withAddon },
  {
    method: "DELETE",
    path: "billing/addons/:variant",
    status: 200,
    make: (store, project, _, variant) => scale.withoutAddon(store, project, variant),
  },
  {
    method: "POST",
    path: "config/disk",
    status: 201,
    make: (store, project, body) => scale.withDisk(store, project, body, Date.now()),
  },
  { method: "PATCH", path: "config/realtime", status: 204, make: scale.withRealtime },
  { method: "POST", path: "read-replicas/setup", status: 201, make: scale.withReplica },
  { method: "POST", path: "read-replicas/remove", status: 201, make: scale.withoutReplica },
];

/** How each part is told. */
const described: Readonly<Record<string, (scale: Model["scales"]) => object>> = {
  "billing/addons": ({ projectRef, addons }) => ({
    ref: projectRef,
    selected_addons: Object.entries(addons).map(([type, id]) => ({ type, variant: { id, name: id } })),
  }),
  "config/disk": ({ diskGigabytes }) => ({
    attributes: { type: "gp3", size_gb: diskGigabytes, iops: 3000 },
  }),
  "config/realtime": ({ realtimeConnections }) => ({ max_concurrent_users: realtimeConnections }),
};

/** Add-ons, disk, read replicas and Realtime's limits of a project. */
export function addScaleRoutes(
  app: Hono,
  store: Store,
  changedTo: (project: Project) => Promise<void> | undefined = () => undefined,
): void {
  const projects = store.collection("projects");
  for (const [path, describe] of Object.entries(described)) {
    app.get(`/v1/projects/:ref/${path}`, (context) => {
      const project = projects.get(context.req.param("ref"));
      return project ? context.json(describe(scale.scaleOf(store, project))) : answer(notFound("Project"));
    });
  }
  for (const { method, path, status, make } of changes) {
    app.on(method, `/v1/projects/:ref/${path}`, async (context) => {
      const project = projects.get(context.req.param("ref") ?? "");
      if (!project) return answer(notFound("Project"));
      const variant = context.req.param("variant") ?? "";
      const changed = make(store, project, await body(context.req.raw), variant);
      if ("status" in changed) return answer(changed);
      store.collection("scales").put(project.ref, changed);
      await changedTo(project);
      return context.body(null, status);
    });
  }
}
