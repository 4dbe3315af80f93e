import { Hono } from "hono";
import { putRedis } from "../../providers/upstash/redis-database.ts";
import type { RedisDatabase } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { body } from "../http/body.ts";
import { sameText } from "../http/same-text.ts";

/** What Upstash's Developer API does and the local one does not. */
export const notImitated: readonly string[] = [
  "all paths but those of Redis databases: their list, one of them, a new one",
  "the words of refusals",
];

export interface UpstashApiOptions {
  store: Store;
  /** Whose key it is. */
  email: string;
  /** The one key that is accepted. */
  key: string;
}

/** Upstash's Developer API, as far as the verbs of this package call it. */
export function createUpstashApi({ store, email, key }: UpstashApiOptions): Hono {
  const app = new Hono();
  const wanted = `Basic ${Buffer.from(`${email}:${key}`).toString("base64")}`;
  app.use("*", async (context, next) => {
    if (!sameText(context.req.header("authorization") ?? "", wanted))
      return context.text("Unauthorized", 401);
    return next();
  });
  app.get("/v2/redis/databases", (context) =>
    context.json(store.collection("redisDatabases").list().map(describe)),
  );
  app.get("/v2/redis/database/:id", (context) => {
    const found = store.collection("redisDatabases").get(context.req.param("id"));
    if (!found) return context.text("Database not found", 404);
    return context.json({
      ...describe(found),
      ...(context.req.query("credentials") !== "hide" && credentials(found)),
    });
  });
  app.post("/v2/redis/database", async ({ req, json, text }) => {
    const given = await body(req.raw);
    const { database_name: databaseName, primary_region: primaryRegion } = given;
    const { read_regions: readRegions, eviction = false, budget } = given;
    if (typeof databaseName !== "string" || typeof primaryRegion !== "string")
      return text("database_name and primary_region are required", 400);
    const inputs = {
      databaseName,
      region: "global",
      primaryRegion,
      eviction,
      tls: true,
      ...(readRegions !== undefined && { readRegions }),
      ...(budget !== undefined && { budget }),
    };
    const made = putRedis(store, { urn: "", inputs, state: {}, retried: false });
    return json({ ...describe(made), ...credentials(made) });
  });
  return app;
}

const credentials = ({ password, restToken, readOnlyRestToken }: RedisDatabase) => ({
  password,
  rest_token: restToken,
  read_only_rest_token: readOnlyRestToken,
});

/** A list tells no passwords. */
function describe({ id, name, primaryRegion, creationTime, properties }: RedisDatabase) {
  return {
    database_id: id,
    database_name: name,
    region: "global",
    primary_region: primaryRegion,
    port: 6379,
    endpoint: `${name}.upstash.local`,
    creation_time: creationTime,
    state: "active",
    tls: properties["tls"] ?? true,
    eviction: properties["eviction"] ?? false,
    ...(properties["readRegions"] !== undefined && { read_regions: properties["readRegions"] }),
    ...(properties["budget"] !== undefined && { budget: properties["budget"] }),
  };
}
