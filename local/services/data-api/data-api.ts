import { Hono } from "hono";
import pg from "pg";
import type { ProjectKeys } from "../auth/keys.ts";
import { createTokenKit } from "../auth/tokens.ts";
import { ANONYMOUS, authenticate, type Caller } from "./authenticate.ts";
import { ApiError, databaseError } from "./errors.ts";
import { Executor } from "./execute.ts";
import { readRequest, type ExposedSchemas } from "./request/request.ts";
import { handleCall } from "./rpc.ts";
import { SchemaWatch } from "./schema-watch.ts";
import { handleTable } from "./table.ts";

/** What PostgREST, as Supabase runs it, does and the local one does not. */
export const notImitated: readonly string[] = [
  "the OpenAPI document at the root, EXPLAIN plans, GeoJSON and custom media types",
  "PUT, and bodies other than JSON; return=headers-only; status 200 for an upsert that only updated",
  "relationships of views and computed relationships: foreign keys of tables alone can be embedded",
  "aggregate functions other than the bare `count` of an embed (off by default at Supabase too)",
  "domain representations, spreads inside spreads, hints that guess a misspelt name, GraphQL",
];

export interface DataApiSettings extends ExposedSchemas {
  /** Most rows of any answer; the project's `api.max_rows`. Undefined is no limit. */
  readonly maxRows?: number;
}

export interface DataApiOptions {
  /** Logs in as `authenticator`, who may become anon, authenticated or service_role and can do nothing itself. */
  databaseUrl: string;
  keys: ProjectKeys;
  /** Asked at every request, so that a new declaration acts at once. */
  settings: () => DataApiSettings;
  log: (message: string) => void;
  /** Connections kept to Postgres at most. Default 10, as at Supabase. */
  poolSize?: number;
  /** Milliseconds since 1970; for tests. */
  now?: () => number;
}

export interface DataApi {
  /** Mounted at `/rest/v1` by the gateway. */
  app: Hono;
  /** Reads the schema again; `notify pgrst` in SQL does the same. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** PostgREST's behaviour on one Postgres. Ready when it returns; throws when the database cannot be read. */
export async function createDataApi(options: DataApiOptions): Promise<DataApi> {
  const { databaseUrl, keys, settings, log, poolSize = 10, now } = options;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize, application_name: "data-api" });
  pool.on("error", (error) => log(`data API: lost a connection: ${error.message}`));
  // One that breaks while it is in use fails its query, and says so a second time as an event.
  pool.on("connect", (client) => client.on("error", () => {}));
  const tokens = createTokenKit(keys, now);
  const executor = new Executor(pool);
  const schema = new SchemaWatch(pool, databaseUrl, () => settings().schemas, log);
  try {
    await schema.start();
  } catch (error) {
    await schema.close();
    await pool.end();
    throw error;
  }

  const app = new Hono();
  app.all("*", async (c) => {
    let caller: Caller = { role: ANONYMOUS, claims: {} };
    try {
      const { maxRows, ...exposed } = settings();
      const cache = await schema.current();
      caller = await authenticate(c.req.header("authorization"), tokens);
      const request = await readRequest(c.req.raw, caller, exposed, cache);
      const handle = request.isCall ? handleCall : handleTable;
      return await handle(request, cache, executor, maxRows);
    } catch (error) {
      return errorResponse(databaseError(error, caller.role === ANONYMOUS), error, log);
    }
  });
  return {
    app,
    reload: () => schema.reload(),
    async close() {
      await schema.close();
      await pool.end();
    },
  };
}

function errorResponse(refusal: ApiError, cause: unknown, log: (message: string) => void): Response {
  if (refusal.status >= 500)
    log(`data API: ${refusal.code}: ${cause instanceof Error ? cause.message : String(cause)}`);
  return Response.json(refusal.body(), {
    status: refusal.status,
    headers: { ...refusal.headers, "proxy-status": `PostgREST; error=${refusal.code}` },
  });
}
