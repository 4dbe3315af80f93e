import type { ClientBase } from "pg";
import { withoutSchema } from "./column-type.ts";

/** A table, or what else has a table's name, as it is in the database. */
export interface FoundTable {
  /** As SQL names it. */
  readonly quoted: string;
  /** As in `pg_class.relkind`. */
  readonly kind: string;
  readonly columns: ReadonlyMap<string, FoundColumn>;
}

export interface FoundColumn {
  readonly quoted: string;
  readonly type: string;
  readonly notNull: boolean;
}

const everyColumn = `
  select nspname || '.' || relname as table, format('%I.%I', nspname, relname) as quoted_table, relkind as kind,
    attname as column, quote_ident(attname) as quoted, format_type(atttypid, atttypmod) as type, attnotnull as not_null
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
  where nspname = 'public' and relkind in ('r', 'p', 'v', 'm', 'f')
  order by relname, attnum`;

interface Row {
  table: string;
  quoted_table: string;
  kind: string;
  /** Null where a table has no columns. */
  column: string | null;
  quoted: string;
  type: string;
  not_null: boolean;
}

/** What the schema `public` holds, by names such as `public.posts`. */
export async function readTables(client: ClientBase): Promise<Map<string, FoundTable>> {
  const tables = new Map<string, FoundTable & { columns: Map<string, FoundColumn> }>();
  for (const row of (await client.query<Row>(everyColumn)).rows) {
    const { table: name, quoted_table, kind, column, quoted, type, not_null } = row;
    const table = tables.get(name) ?? { quoted: quoted_table, kind, columns: new Map() };
    tables.set(name, table);
    if (column !== null) table.columns.set(column, { quoted, type: withoutSchema(type), notNull: not_null });
  }
  return tables;
}

const everyRule = `
  select nspname || '.' || relname as table, 'policy' as kind, polname as name, polpermissive as permissive
    from pg_policy join pg_class on pg_class.oid = polrelid join pg_namespace on pg_namespace.oid = relnamespace
  union all
  select nspname || '.' || relname, 'trigger', tgname, true
    from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_namespace on pg_namespace.oid = relnamespace
    where not tgisinternal
  order by 1, 2, 3`;

/** Policies and triggers that those tables have already, in words: they go on beside those of the files. */
export async function existingRules(client: ClientBase, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ table: string; kind: string; name: string; permissive: boolean }>(
    everyRule,
  );
  return rows
    .filter(({ table }) => tables.includes(table))
    .map(({ table, kind, name, permissive }) => {
      const effect =
        kind === "trigger"
          ? "runs beside those of the files"
          : permissive
            ? "what it allows stays allowed, since policies are or-ed"
            : "what it forbids stays forbidden, since it is restrictive";
      return `note: ${table} has the ${kind} ${name} already: it stays, and ${effect}`;
    });
}
