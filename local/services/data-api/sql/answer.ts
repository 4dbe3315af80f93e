import type { MediaType } from "../request/media-type.ts";
import { nothing, sql, type Fragment } from "./fragment.ts";

/** One row: the body as Postgres wrote it, and what the headers need. */
export interface Answer {
  body: string;
  /** Rows in the body; of a write, rows affected. */
  page: number;
  /** Rows without limits, where counted. */
  total: string | null;
  /** What functions set by `set_config('response.headers', …)` and `response.status`. */
  headers: string | null;
  status: string | null;
}

/** How a result becomes a body. */
export type Shape = "rows" | "row" | "scalars" | "scalar" | "none";

/**
 * Wraps rows into the one statement of a request. `before` is a write or call named `pgrst_source`, which `rows`
 * reads from; `affected` counts its rows rather than those of the body.
 */
export function answerSql(options: {
  rows: Fragment;
  shape: Shape;
  media: MediaType;
  before?: Fragment;
  total?: Fragment;
  affected?: boolean;
}): Fragment {
  const { rows, shape, media, before, total, affected } = options;
  const body = media.format === "csv" && shape !== "none" ? csvBody : jsonBody(shape, media);
  const page = affected ? sql`(select count(*)::int from pgrst_source)` : sql`count(*)::int`;
  return sql`with ${before ? sql`pgrst_source as (${before}), ` : nothing}_rows as (${rows}) select ${body} as body, ${page} as page, ${total ?? sql`null::bigint`} as total, nullif(current_setting('response.headers', true), '') as headers, nullif(current_setting('response.status', true), '') as status from _rows`;
}

/** How many rows a read would have without its limits. */
export function totalSql(counted: Fragment): Fragment {
  return sql`(select count(*) from (${counted}) as _counted)`;
}

function jsonBody(shape: Shape, { stripNulls, format }: MediaType): Fragment {
  // An aggregate too: the answer is one row, however many were written.
  if (shape === "none") return sql`coalesce(min(''), '')`;
  if (shape === "scalars") return sql`coalesce(json_agg(_rows._scalar), '[]')::text`;
  if (shape === "scalar") return sql`coalesce(json_agg(_rows._scalar) -> 0, 'null')::text`;
  const row = stripNulls ? sql`json_strip_nulls(row_to_json(_rows))` : sql`_rows`;
  return shape === "row" || format === "object"
    ? sql`coalesce(json_agg(${row}) -> 0, 'null')::text`
    : sql`coalesce(json_agg(${row}), '[]')::text`;
}

/** Postgres's own text of a record is a CSV line between brackets. */
const csvBody = sql`(select coalesce(string_agg(_key, ','), '') from json_object_keys((select row_to_json(_first) from (select * from _rows limit 1) as _first)) as _key) || E'\n' || coalesce(string_agg(substring(_rows::text, 2, length(_rows::text) - 2), E'\n'), '')`;
