import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { destroyPostgres, startPostgres } from "../../local/services/postgres/postgres.ts";
import { freePort } from "../../local/services/postgres/testing.ts";

/** One database of a benchmark. */
export interface BenchDatabase {
  readonly name: string;
  /** As `postgres`. */
  readonly url: string;
  readonly superuserUrl: string;
  /** As `authenticator`, for a data API. */
  readonly authenticatorUrl: string;
}

export interface BenchServer {
  /** A database with what a Supabase project has, or a copy of another, which must have no connections. */
  create(name: string, template?: BenchDatabase): Promise<BenchDatabase>;
  close(): Promise<void>;
}

/** A Postgres of its own, set up as an instance with 4 GB of memory, in a temporary folder that is deleted at the end. */
export async function startBenchServer(): Promise<BenchServer> {
  const directory = mkdtempSync(join(tmpdir(), "lavlay-bench-db-"));
  const server = await startPostgres({
    directory,
    port: await freePort(),
    password: "bench",
    log: () => {},
    settings: { shared_buffers: "1GB", max_connections: 200, max_wal_size: "4GB", jit: "off" },
  });
  const within = (url: string, name: string) => url.replace(/\/postgres$/, `/${name}`);
  return {
    async create(name, template) {
      await run(
        server.superuserUrl,
        `create database ${name} template ${template?.name ?? "postgres"} owner postgres strategy file_copy`,
      );
      await run(server.superuserUrl, `alter database ${name} set search_path = "$user", public, extensions`);
      return {
        name,
        url: within(server.url, name),
        superuserUrl: within(server.superuserUrl, name),
        authenticatorUrl: within(server.authenticatorUrl, name),
      };
    },
    async close() {
      await server.stop();
      await destroyPostgres(directory);
    },
  };
}

/** Runs SQL on a connection of its own. */
export async function run(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}

/** The text of an SQL file beside this one. */
export const sqlFile = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** Folders of the package's SQL. */
export const sqlFolders = (...names: readonly string[]) =>
  names.map((name) => fileURLToPath(new URL(`../../sql/${name}`, import.meta.url)));

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
