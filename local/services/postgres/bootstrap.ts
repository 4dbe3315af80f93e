import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";

const SUPABASE_SQL = readFileSync(new URL("supabase.sql", import.meta.url), "utf8");

/**
 * Gives the database what a new Supabase project has. One transaction: killed half-way, it is as if it had not begun.
 * Done again only when `supabase.sql` has changed.
 * @param superuser a connection of the superuser
 */
export async function bootstrap(superuser: pg.Client): Promise<void> {
  const version = createHash("sha256").update(SUPABASE_SQL).digest("hex");
  await superuser.query("begin");
  await superuser.query("create schema if not exists local_target");
  await superuser.query("create table if not exists local_target.bootstrap (version text not null)");
  const { rows } = await superuser.query<{ version: string }>("select version from local_target.bootstrap");
  if (rows[0]?.version !== version) {
    await superuser.query(SUPABASE_SQL);
    await superuser.query("delete from local_target.bootstrap");
    await superuser.query("insert into local_target.bootstrap (version) values ($1)", [version]);
  }
  await superuser.query("commit");
}

/** Sets passwords of roles without leaving them in the statistics of statements. */
export async function setPasswords(
  superuser: pg.Client,
  passwords: Readonly<Record<string, string>>,
): Promise<void> {
  await superuser.query("begin");
  await superuser.query("set local pg_stat_statements.track_utility = off");
  for (const [role, password] of Object.entries(passwords)) {
    await superuser.query(`alter role ${pg.escapeIdentifier(role)} password ${pg.escapeLiteral(password)}`);
  }
  await superuser.query("commit");
}
