import type { ClientBase } from "pg";
import type { Script } from "./statements.ts";

/** Version → checksum of what was applied; undefined where another tool applied it. */
export type History = ReadonlyMap<string, string | undefined>;

/**
 * The table is the Supabase CLI's own, so that its `migration list` and `db push` see what was applied.
 * It has no checksums: they stand beside it.
 */
export async function readHistory(client: ClientBase): Promise<History> {
  await client.query(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
    alter table supabase_migrations.schema_migrations add column if not exists statements text[];
    alter table supabase_migrations.schema_migrations add column if not exists name text;
    create table if not exists supabase_migrations.checksums (version text primary key, sha256 text not null);
  `);
  return existingHistory(client);
}

/** The same where nothing may be written: a database that no run has met has an empty history. */
export async function existingHistory(client: ClientBase): Promise<History> {
  const { rows: tables } = await client.query<{ history: boolean; checksums: boolean }>(`
    select to_regclass('supabase_migrations.schema_migrations') is not null as history,
      to_regclass('supabase_migrations.checksums') is not null as checksums`);
  if (!tables[0]?.history) return new Map();
  const { rows } = await client.query<{ version: string; sha256: string | null }>(
    tables[0].checksums
      ? "select version, sha256 from supabase_migrations.schema_migrations left join supabase_migrations.checksums using (version)"
      : "select version, null as sha256 from supabase_migrations.schema_migrations",
  );
  return new Map(rows.map(({ version, sha256 }) => [version, sha256 ?? undefined]));
}

/** Says that a file is applied. To be called inside a transaction. */
export async function record(client: ClientBase, { migration, statements }: Script): Promise<void> {
  await client.query(
    "insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)",
    [migration.version, migration.name, statements.map(({ text }) => text)],
  );
  await client.query(
    `insert into supabase_migrations.checksums (version, sha256) values ($1, $2)
     on conflict (version) do update set sha256 = excluded.sha256`,
    [migration.version, migration.sha256],
  );
}

/** Takes a version out, so that its file can be applied again. To be called inside a transaction. */
export async function unrecord(client: ClientBase, { migration }: Script): Promise<void> {
  for (const table of ["schema_migrations", "checksums"]) {
    await client.query(`delete from supabase_migrations.${table} where version = $1`, [migration.version]);
  }
}
