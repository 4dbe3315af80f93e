import { ApiError } from "../errors.ts";
import type { Condition } from "../request/filters.ts";
import type { Payload } from "../request/payload.ts";
import type { Preferences } from "../request/preferences.ts";
import type { Column, Relation } from "../schema-cache.ts";
import { conditionsSql } from "./condition.ts";
import { catalogText, identifier, join, nothing, parameter, sql, type Fragment } from "./fragment.ts";

/** What every write has: its table, and whether its rows are asked for. Without, no right to read them is needed. */
interface Write {
  readonly relation: Relation;
  readonly returning: boolean;
}

export function insertSql(
  { relation, returning }: Write,
  payload: Payload,
  preferences: Preferences,
  onConflict: readonly string[] | undefined,
): Fragment {
  const columns = columnsOf(relation, payload.columns);
  const table = tableName(relation);
  const back = returningSql(relation, returning);
  if (payload.rows === 0) return noRowsSql(relation, returning);
  if (!columns.length) return sql`insert into ${table} default values ${back}`;
  const names = join(
    columns.map(({ name }) => identifier(name)),
    ", ",
  );
  const values = join(
    columns.map(({ name }) => sql`_body.${identifier(name)}`),
    ", ",
  );
  const conflict = conflictSql(relation, columns, preferences.resolution, onConflict);
  return sql`insert into ${table} (${names}) select ${values} from ${bodySql(columns, payload, preferences)}${conflict} ${back}`;
}

export function updateSql(
  { relation, returning }: Write,
  payload: Payload,
  preferences: Preferences,
  where: readonly Condition[],
): Fragment {
  const columns = columnsOf(relation, payload.columns);
  const table = tableName(relation);
  const back = returningSql(relation, returning);
  // Nothing to set is no update, as in PostgREST.
  if (!columns.length || payload.rows === 0) return noRowsSql(relation, returning);
  const settings = join(
    columns.map(({ name }) => sql`${identifier(name)} = _body.${identifier(name)}`),
    ", ",
  );
  const single = sql`(select * from ${bodySql(columns, payload, preferences)} limit 1) as _body`;
  return sql`update ${table} set ${settings} from ${single}${whereSql(relation, where)} ${back}`;
}

export function deleteSql({ relation, returning }: Write, where: readonly Condition[]): Fragment {
  return sql`delete from ${tableName(relation)}${whereSql(relation, where)} ${returningSql(relation, returning)}`;
}

/** A write of nothing. */
function noRowsSql(relation: Relation, returning: boolean): Fragment {
  return returning ? sql`select * from ${tableName(relation)} where false` : sql`select 1 where false`;
}

export function tableName({ schema, name }: Relation): Fragment {
  return identifier(schema, name);
}

function whereSql(relation: Relation, where: readonly Condition[]): Fragment {
  const conditions = conditionsSql({ name: tableName(relation), relation }, where);
  return conditions.length ? sql` where ${join(conditions, " and ")}` : nothing;
}

function returningSql(relation: Relation, returning: boolean): Fragment {
  return returning ? sql`returning ${tableName(relation)}.*` : sql`returning 1`;
}

/** The payload as rows of the table's own types; `missing=default` fills absent keys with the columns' defaults. */
function bodySql(columns: readonly Column[], payload: Payload, { missing }: Preferences): Fragment {
  const record = join(
    columns.map(({ name, type }) => sql`${identifier(name)} ${catalogText(type)}`),
    ", ",
  );
  const json = parameter(payload.json);
  const defaults = columns.filter((column) => column.default !== null);
  if (missing === "null" || !defaults.length)
    return sql`json_to_recordset(${json}::json) as _body (${record})`;
  const pairs = join(
    defaults.map((column) => sql`${parameter(column.name)}::text, ${catalogText(column.default!)}`),
    ", ",
  );
  return sql`(select jsonb_build_object(${pairs}) || _element as _value from jsonb_array_elements(${json}::jsonb) as _element) as _filled, lateral jsonb_to_record(_filled._value) as _body (${record})`;
}

function conflictSql(
  relation: Relation,
  columns: readonly Column[],
  resolution: Preferences["resolution"],
  onConflict: readonly string[] | undefined,
): Fragment {
  const target = onConflict ?? relation.primaryKey;
  if (!resolution || !target.length) return nothing;
  const names = join(
    target.map((name) => identifier(name)),
    ", ",
  );
  if (resolution === "ignore-duplicates") return sql` on conflict (${names}) do nothing`;
  const settings = columns.map(({ name }) => sql`${identifier(name)} = excluded.${identifier(name)}`);
  return sql` on conflict (${names}) do update set ${join(settings, ", ")}`;
}

function columnsOf(relation: Relation, names: readonly string[]): Column[] {
  return names.map((name) => {
    const column = relation.columns.get(name);
    if (column) return column;
    const message = `Could not find the '${name}' column of '${relation.name}' in the schema cache`;
    throw new ApiError(400, "PGRST204", message);
  });
}
