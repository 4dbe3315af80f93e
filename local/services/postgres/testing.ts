import { mkdtempSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { destroyPostgres, startPostgres, type PostgresServer } from "./postgres.ts";

/** A Postgres of one test file, in a temporary folder on a free port. */
export interface TestPostgres {
  readonly server: PostgresServer;
  /** A new database with what a Supabase project has, as a copy of `postgres`; its URLs are of `postgres` and the superuser. */
  createDatabase(): Promise<{ url: string; superuserUrl: string }>;
  /** Stops the server and deletes the folder. */
  close(): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), "lavlay-postgres-"));
  const server = await startPostgres({
    directory,
    port: await freePort(),
    password: "secret pass/word",
    log: () => {},
  });
  let databases = 0;
  return {
    server,
    async createDatabase() {
      const name = `test_${++databases}`;
      await query(server.superuserUrl, `create database ${name} template postgres owner postgres`);
      await query(
        server.superuserUrl,
        `alter database ${name} set search_path = "$user", public, extensions`,
      );
      const inDatabase = (url: string) => url.replace(/\/postgres$/, `/${name}`);
      return { url: inDatabase(server.url), superuserUrl: inDatabase(server.superuserUrl) };
    },
    async close() {
      await server.stop();
      await destroyPostgres(directory);
    },
  };
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
