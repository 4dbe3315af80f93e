import type { Pool } from "pg";

export interface Column {
  readonly name: string;
  /** Qualified, ready to be written into SQL. */
  readonly type: string;
  /** The SQL of its default, or null. */
  readonly default: string | null;
}

/** A table, view or materialized view. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly primaryKey: readonly string[];
}

/** `from.columns` refers to `to.columns`. */
export interface ForeignKey {
  readonly name: string;
  readonly from: { readonly schema: string; readonly table: string; readonly columns: readonly string[] };
  readonly to: { readonly schema: string; readonly table: string; readonly columns: readonly string[] };
  /** At most one row refers to each. */
  readonly unique: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export interface DatabaseFunction {
  readonly schema: string;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returnsSet: boolean;
  readonly returns: "void" | "scalar" | "composite";
  /** The table whose rows it returns, if any: its relationships can be embedded. */
  readonly relation: string | null;
  readonly volatility: "immutable" | "stable" | "volatile";
}

/** What PostgREST calls the schema cache: everything of the exposed schemas that a request can name. */
export interface SchemaCache {
  relation(schema: string, name: string): Relation | undefined;
  functions(schema: string, name: string): readonly DatabaseFunction[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Settings of the roles a request may take on, such as `statement_timeout`: `set role` alone does not apply them. */
  roleSettings(role: string): Readonly<Record<string, string>>;
}

/** Reads the catalog. Names are qualified in it, because it is read with an empty search path. */
export async function loadSchemaCache(pool: Pool, schemas: readonly string[]): Promise<SchemaCache> {
  const db = await pool.connect();
  try {
    await db.query("begin isolation level repeatable read read only");
    await db.query("set local search_path = ''");
    const relations = await db.query<Omit<Relation, "columns"> & { columns: Column[] }>(RELATIONS, [schemas]);
    const foreignKeys = await db.query<ForeignKey>(FOREIGN_KEYS, [schemas]);
    const functions = await db.query<DatabaseFunction>(FUNCTIONS, [schemas]);
    const roles = await db.query<{ role: string; settings: string[] }>(ROLE_SETTINGS);
    await db.query("commit");
    return cacheOf(relations.rows, foreignKeys.rows, functions.rows, roles.rows);
  } catch (error) {
    await db.query("rollback").catch(() => {});
    throw error;
  } finally {
    db.release();
  }
}

function cacheOf(
  relationRows: readonly (Omit<Relation, "columns"> & { columns: Column[] })[],
  foreignKeys: readonly ForeignKey[],
  functionRows: readonly DatabaseFunction[],
  roleRows: readonly { role: string; settings: string[] }[],
): SchemaCache {
  const key = (schema: string, name: string) => JSON.stringify([schema, name]);
  const relations = new Map<string, Relation>();
  for (const row of relationRows) {
    const columns = new Map(row.columns.map((column) => [column.name, column]));
    relations.set(key(row.schema, row.name), { ...row, columns });
  }
  const functions = new Map<string, DatabaseFunction[]>();
  for (const row of functionRows) {
    const overloads = functions.get(key(row.schema, row.name));
    if (overloads) overloads.push(row);
    else functions.set(key(row.schema, row.name), [row]);
  }
  const roles = new Map(
    roleRows.map(({ role, settings }) => [
      role,
      Object.fromEntries(settings.map((setting) => splitSetting(setting))),
    ]),
  );
  return {
    foreignKeys,
    relation: (schema, name) => relations.get(key(schema, name)),
    functions: (schema, name) => functions.get(key(schema, name)) ?? [],
    roleSettings: (role) => roles.get(role) ?? {},
  };
}

function splitSetting(setting: string): [string, string] {
  const equals = setting.indexOf("=");
  return [setting.slice(0, equals), setting.slice(equals + 1)];
}

const RELATIONS = `
  select n.nspname::text as schema, c.relname::text as name,
    (select coalesce(json_agg(json_build_object(
        'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'default', case
          when a.attidentity <> '' then
            format('nextval(%L)', pg_catalog.pg_get_serial_sequence(c.oid::pg_catalog.regclass::text, a.attname))
          when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid)
        end) order by a.attnum), '[]')
      from pg_catalog.pg_attribute a
      left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    array(select a.attname::text from pg_catalog.pg_index i
      cross join unnest(i.indkey::int2[]) with ordinality k (attnum, position)
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where i.indrelid = c.oid and i.indisprimary order by k.position) as "primaryKey"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname = any ($1)`;

const FOREIGN_KEYS = `
  with keys as (
    select con.*,
      array(select a.attname::text from unnest(con.conkey) with ordinality k (attnum, position)
        join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum order by position) as source,
      array(select a.attname::text from unnest(con.confkey) with ordinality k (attnum, position)
        join pg_catalog.pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.attnum order by position) as target
    from pg_catalog.pg_constraint con where con.contype = 'f' and con.conparentid = 0)
  select k.conname::text as name,
    json_build_object('schema', fn.nspname, 'table', f.relname, 'columns', k.source) as "from",
    json_build_object('schema', tn.nspname, 'table', t.relname, 'columns', k.target) as "to",
    exists (select 1 from pg_catalog.pg_index i where i.indrelid = k.conrelid and i.indisunique and i.indpred is null
      and i.indexprs is null and i.indnkeyatts = cardinality(k.conkey)
      and (i.indkey::int2[])[0:i.indnkeyatts - 1] <@ k.conkey) as "unique"
  from keys k
  join pg_catalog.pg_class f on f.oid = k.conrelid join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
  join pg_catalog.pg_class t on t.oid = k.confrelid join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
  where fn.nspname = any ($1) and tn.nspname = any ($1)
  order by fn.nspname, f.relname, k.conname`;

const FUNCTIONS = `
  select n.nspname::text as schema, p.proname::text as name,
    (select coalesce(json_agg(json_build_object(
        'name', coalesce(p.proargnames[i], ''), 'type', pg_catalog.format_type(p.proargtypes[i - 1], null),
        'required', i <= p.pronargs - p.pronargdefaults, 'variadic', p.provariadic <> 0 and i = p.pronargs)
        order by i), '[]')
      from generate_series(1, p.pronargs) i) as parameters,
    p.proretset as "returnsSet",
    case when t.typname = 'void' then 'void' when t.typtype = 'c' or t.typname = 'record' then 'composite'
      else 'scalar' end as returns,
    r.relname::text as relation,
    case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_type t on t.oid = p.prorettype
  left join pg_catalog.pg_class r on r.oid = t.typrelid and r.relkind in ('r', 'p', 'v', 'm', 'f')
    and r.relnamespace = p.pronamespace
  where p.prokind = 'f' and n.nspname = any ($1)
    and (p.proargmodes is null or not exists (
      select 1 from unnest(p.proargmodes[1:p.pronargs]) mode where mode not in ('i', 'v', 'b')))
    and t.typname not in ('trigger', 'event_trigger')
  order by p.oid`;

const ROLE_SETTINGS = `
  select rolname::text as role, array(select setting from unnest(rolconfig) setting
      where split_part(setting, '=', 1) in (select name from pg_catalog.pg_settings where context = 'user')
        and split_part(setting, '=', 1) <> 'search_path') as settings
  from pg_catalog.pg_roles
  where rolconfig is not null and pg_catalog.pg_has_role(current_user, oid, 'member') and rolname <> current_user`;
