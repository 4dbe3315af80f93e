import type { Hono } from "hono";
import { catalogEntry } from "../../../catalog/catalog.ts";
import { formatProblem } from "../../../catalog/problem.ts";
import { checkResource } from "../../../catalog/rules/index.ts";
import { merged, settingsOf, type SettingsGroup } from "../../providers/supabase/settings-values.ts";
import type { Json } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { answer, badRequest, body, notFound } from "./answers.ts";

/** A group of settings that is read and changed key by key. */
const groups: readonly { path: string; group: SettingsGroup; method: "PATCH" | "PUT" }[] = [
  { path: "postgrest", group: "api", method: "PATCH" },
  { path: "config/auth", group: "auth", method: "PATCH" },
  { path: "config/storage", group: "storage", method: "PATCH" },
  { path: "config/database/postgres", group: "database", method: "PUT" },
];

/** The configuration of a project, as a new one has it where nobody has changed it. */
export function addSettingsRoutes(app: Hono, store: Store): void {
  const projects = store.collection("projects");
  const records = store.collection("projectSettings");
  const change = (
    ref: string,
    more: Partial<{ [group in SettingsGroup]: Json } & { sslEnforcement: boolean }>,
  ) => {
    const found = records.get(ref);
    records.put(ref, { urn: "", ...found, projectRef: ref, ...more });
  };

  for (const { path, group, method } of groups) {
    app.get(`/v1/projects/:ref/${path}`, (context) => {
      const { ref } = context.req.param() as { ref: string };
      if (!projects.get(ref)) return answer(notFound("Project"));
      return context.json(settingsOf(store, ref)[group]);
    });
    app.on(method, `/v1/projects/:ref/${path}`, async (context) => {
      const { ref } = context.req.param() as { ref: string };
      if (!projects.get(ref)) return answer(notFound("Project"));
      const given = await body(context.req.raw);
      if (!given) return answer(badRequest("the body must be a JSON object"));
      const inputs = { projectRef: ref, [group]: JSON.stringify(given) };
      const problems = checkResource(catalogEntry("supabase:index/settings:Settings")!, inputs);
      if (problems.length > 0) return answer(badRequest(problems.map(formatProblem).join("; ")));
      change(ref, { [group]: merged(records.get(ref)?.[group], given) });
      return context.json(settingsOf(store, ref)[group]);
    });
  }

  app.get("/v1/projects/:ref/network-restrictions", (context) => {
    const { ref } = context.req.param();
    if (!projects.get(ref)) return answer(notFound("Project"));
    const addresses = (settingsOf(store, ref).network["restrictions"] ?? []) as string[];
    return context.json(restrictions(addresses));
  });
  app.post("/v1/projects/:ref/network-restrictions/apply", async (context) => {
    const { ref } = context.req.param();
    if (!projects.get(ref)) return answer(notFound("Project"));
    const given = await body(context.req.raw);
    const lists = [given?.["dbAllowedCidrs"] ?? [], given?.["dbAllowedCidrsV6"] ?? []];
    if (!lists.every((list) => Array.isArray(list) && list.every((each) => typeof each === "string")))
      return answer(badRequest("dbAllowedCidrs and dbAllowedCidrsV6: must be lists of strings"));
    const addresses = lists.flat() as string[];
    change(ref, { network: { restrictions: addresses } });
    return context.json(restrictions(addresses), 201);
  });

  app.get("/v1/projects/:ref/ssl-enforcement", (context) => {
    const { ref } = context.req.param();
    if (!projects.get(ref)) return answer(notFound("Project"));
    return context.json(enforcement(settingsOf(store, ref).sslEnforcement));
  });
  app.put("/v1/projects/:ref/ssl-enforcement", async (context) => {
    const { ref } = context.req.param();
    if (!projects.get(ref)) return answer(notFound("Project"));
    const config = (await body(context.req.raw))?.["requestedConfig"] as { database?: unknown } | undefined;
    if (typeof config?.database !== "boolean")
      return answer(badRequest("requestedConfig.database: must be a boolean"));
    change(ref, { sslEnforcement: config.database });
    return context.json(enforcement(config.database));
  });
}

const restrictions = (addresses: readonly string[]) => ({
  entitlement: "allowed",
  config: {
    dbAllowedCidrs: addresses.filter((address) => !address.includes(":")),
    dbAllowedCidrsV6: addresses.filter((address) => address.includes(":")),
  },
  status: "applied",
});

const enforcement = (database: boolean) => ({ currentConfig: { database }, appliedSuccessfully: true });
