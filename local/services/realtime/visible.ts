import pg from "pg";
import type { Claims } from "../auth/tokens.ts";
import type { Change, Row } from "./changes.ts";
import { condition, type Filter } from "./subscription.ts";

/** What one may see of a change: undefined is nothing. */
export type Seen = { readonly record: Readonly<Record<string, unknown>> } | "unauthorized" | undefined;

/**
 * The row of a change as the one with those claims may see it: row-level security and the grants on columns apply, and the
 * filter. Asked of the table as it is now, as Realtime does.
 * @param client a connection that may become any role of the API
 */
export async function seenBy(
  client: pg.ClientBase,
  claims: Claims,
  { table, row }: Change,
  filter: Filter | undefined,
): Promise<Seen> {
  if (!row) return undefined;
  const name = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
  const sameKey = table.key.map(pg.escapeIdentifier).map((column) => `seen.${column} = "row".${column}`);
  const conditions = [
    `exists (select from ${name} as seen where ${sameKey.join(" and ")})`,
    ...(filter ? [condition(filter, table, 4)] : []),
  ];
  const sql = `
    select (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(to_jsonb("row"))
      where key = any ($2) and has_column_privilege($3::regclass, key, 'select')
    ) as record
    from jsonb_populate_record(null::${name}, $1) as "row"
    where ${conditions.join(" and ")}`;
  await client.query("begin read only");
  try {
    await client.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
      claims.role ?? "anon",
      JSON.stringify(claims),
    ]);
    const values = [JSON.stringify(jsonOf(row, table)), Object.keys(row), name];
    const { rows } = await client.query<{ record: Record<string, unknown> }>(
      sql,
      filter ? [...values, filter.value] : values,
    );
    return rows[0];
  } catch (error) {
    if ((error as pg.DatabaseError).code === "42501") return "unauthorized";
    throw error;
  } finally {
    await client.query("rollback");
  }
}

/** Postgres takes a text for any type but JSON, of which it would make a JSON string. */
function jsonOf(row: Row, { columns }: Change["table"]): Record<string, unknown> {
  const isJson = new Set(columns.filter(({ type }) => /^jsonb?$/.test(type)).map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      isJson.has(name) && value !== null ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
