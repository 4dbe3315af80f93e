import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { query, startTestPostgres, type TestPostgres } from "../../../local/services/postgres/testing.ts";
import type { PostgresServer } from "../../../local/services/postgres/postgres.ts";
import { runMigrations, type RunOptions, type RunResult } from "../run.ts";

/** A database and a folder of SQL files, new for each test of the file that calls `useRunner`. */
export interface Runner {
  readonly server: PostgresServer;
  readonly url: string;
  readonly superuserUrl: string;
  /** Writes files by `folder/name`. */
  write(files: Readonly<Record<string, string>>): void;
  /** The folder of that name. */
  folder(name: string): string;
  /** Runs with what was written to those folders. */
  run(had: readonly string[], options?: Partial<RunOptions>): Promise<RunResult & { lines: string[] }>;
  sql<Row extends object>(text: string): Promise<Row[]>;
  /** Versions in the history. */
  versions(): Promise<string[]>;
}

export function useRunner(): Runner {
  let postgres: TestPostgres;
  let urls = { url: "", superuserUrl: "" };
  let directory = "";
  beforeAll(async () => {
    postgres = await startTestPostgres();
  }, 60_000);
  afterAll(() => postgres?.close());
  beforeEach(async () => {
    urls = await postgres.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "lavlay-sql-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const folder = (name: string) => join(directory, name);
  const sql = <Row extends object>(text: string) => query<Row>(urls.url, text);
  return {
    get server() {
      return postgres.server;
    },
    get url() {
      return urls.url;
    },
    get superuserUrl() {
      return urls.superuserUrl;
    },
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(folder(path.split("/")[0] ?? ""), { recursive: true });
        writeFileSync(join(directory, path), text);
      }
    },
    folder,
    async run(had, options = {}) {
      const lines: string[] = [];
      const report = (line: string) => lines.push(line.replace(/\d+ ms/, "N ms"));
      const directories = had.map(folder);
      const result = await runMigrations({ connectionString: urls.url, directories, report, ...options });
      return { ...result, lines };
    },
    sql,
    async versions() {
      const rows = await sql<{ version: string }>(
        "select version from supabase_migrations.schema_migrations order by 1",
      );
      return rows.map(({ version }) => version);
    },
  };
}
