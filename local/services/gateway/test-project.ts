import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { destroyPostgres, startPostgres, type PostgresServer } from "../postgres/postgres.ts";
import { freePort } from "../postgres/testing.ts";

/** A Postgres of its own for one test file. */
export interface TestDatabase {
  server: PostgresServer;
  /** As the project's owner `postgres`. */
  owner: pg.Pool;
  stop(): Promise<void>;
}

/** Starts Postgres in a temporary folder on a free port and runs `sql` as the project's owner. */
export async function startTestDatabase(sql = ""): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), "lavlay-test-"));
  const server = await startPostgres({
    directory,
    port: await freePort(),
    password: "owner-password",
    log: () => {},
  });
  const owner = testPool(server.url);
  if (sql) await owner.query(sql);
  return {
    server,
    owner,
    async stop() {
      await owner.end();
      await server.stop();
      await destroyPostgres(directory);
    },
  };
}

/** A pool that does not mind when the server ends before its last connection has. */
export function testPool(connectionString: string): pg.Pool {
  return new pg.Pool({ connectionString }).on("error", () => {});
}
