import { Hono } from "hono";
import type { RedisDatabase } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { sameText } from "../http/same-text.ts";

/** What Upstash's Developer API does and the local one does not. */
export const notImitated: readonly string[] = ["all paths but the list of the Redis databases"];

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
  return app;
}

/** A list tells no passwords. */
function describe({ id, name, primaryRegion, creationTime }: RedisDatabase) {
  return {
    database_id: id,
    database_name: name,
    region: "global",
    primary_region: primaryRegion,
    port: 6379,
    endpoint: `${name}.upstash.local`,
    creation_time: creationTime,
    state: "active",
    tls: true,
  };
}
