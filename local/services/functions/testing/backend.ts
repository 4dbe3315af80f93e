import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import pg from "pg";
import { bundleFunction } from "../../../../infra/backend/bundle.ts";
import { runMigrations } from "../../../../infra/database/run.ts";
import { serve } from "../../../../testing/serve.ts";
import { createKeys } from "../../auth/keys.ts";
import { createDataApi } from "../../data-api/data-api.ts";
import { createGateway } from "../../gateway/gateway.ts";
import { startTestPostgres } from "../../postgres/testing.ts";
import { Worker } from "../worker.ts";

const root = resolve(import.meta.dirname, "../../../..");

/** What a function has behind it: real Postgres with this package's SQL, the data API, and Deno. For tests. */
export interface TestBackend {
  /** The project's API. */
  readonly url: string;
  /** As the project's owner. */
  readonly owner: pg.Pool;
  readonly databaseUrl: string;
  readonly superuserUrl: string;
  /** All that the functions printed. */
  readonly printed: string[];
  /** A process of its own that runs the function with just that environment. */
  start(slug: string, environment: Record<string, string>): Worker;
  /** An account with a profile. */
  signUp(name: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param functions what answers below `/functions/v1/`
 * @param folders of `sql/`, in order
 */
export async function startTestBackend(
  functions?: (request: Request, slug: string) => Promise<Response>,
  folders: readonly string[] = ["baseline", "free", "pro", "team"],
): Promise<TestBackend> {
  const cache = mkdtempSync(join(tmpdir(), "lavlay-deno-"));
  const postgres = await startTestPostgres();
  const { url: databaseUrl, superuserUrl } = await postgres.createDatabase();
  const folder = (name: string) => fileURLToPath(new URL(`../../../../sql/${name}`, import.meta.url));
  await runMigrations({
    connectionString: databaseUrl,
    directories: folders.map(folder),
    report: () => {},
  });
  const keys = await createKeys("abcdefghijklmnopqrst");
  const name = new URL(databaseUrl).pathname;
  const dataApi = await createDataApi({
    databaseUrl: postgres.server.authenticatorUrl.replace(/\/postgres$/, name),
    keys,
    settings: () => ({ schemas: ["public"], extraSearchPath: ["public", "extensions"], maxRows: 100 }),
    log: () => {},
  });
  const gateway = createGateway({
    keys: () => keys,
    auth: () => undefined,
    dataApi: () => dataApi.app,
    functions,
  });
  const server = await serve(getRequestListener(gateway.fetch));
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 5 }).on("error", () => {});
  const workers = new Set<Worker>();
  const printed: string[] = [];

  return {
    url: server.url,
    owner,
    databaseUrl,
    superuserUrl,
    printed,
    start(slug, environment) {
      const worker = new Worker({
        bundle: join(root, bundleFunction({ slug, root }).entrypoint),
        environment: {
          SUPABASE_URL: server.url,
          SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
          ...environment,
        },
        cache,
        limits: { wallClock: 300_000, idle: 150_000, boot: 30_000, memory: 256 },
        log: (line) => printed.push(line),
      });
      workers.add(worker);
      void worker.exited.then(() => workers.delete(worker));
      return worker;
    },
    async signUp(name) {
      const { rows } = await owner.query<{ id: string }>(
        "insert into auth.users (id, email) values (gen_random_uuid(), $1 || '@people.example') returning id",
        [name],
      );
      return rows[0]!.id;
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.stop()));
      await server.close();
      await dataApi.close();
      await owner.end();
      await postgres.close();
      rmSync(cache, { recursive: true, force: true });
    },
  };
}
