import { ApiError } from "./errors.ts";
import type { Executor, Statements } from "./execute.ts";
import { parsePayload } from "./request/payload.ts";
import { applyRangeHeader, parseQuery, takeRootConditions, type Query } from "./request/query.ts";
import type { ApiRequest } from "./request/request.ts";
import { rowsResponse, writeResponse } from "./respond.ts";
import type { Relation, SchemaCache } from "./schema-cache.ts";
import { answerSql, totalSql } from "./sql/answer.ts";
import { identifier, parameter, sql, type Fragment } from "./sql/fragment.ts";
import { Reader } from "./sql/read.ts";
import { deleteSql, insertSql, tableName, updateSql } from "./sql/write.ts";

/** GET, HEAD, POST, PATCH and DELETE on a table or view. */
export async function handleTable(
  request: ApiRequest,
  cache: SchemaCache,
  executor: Executor,
  maxRows: number | undefined,
): Promise<Response> {
  const relation = cache.relation(request.schema, request.target);
  if (!relation) {
    const name = `${request.schema}.${request.target}`;
    throw new ApiError(404, "PGRST205", `Could not find the table '${name}' in the schema cache`);
  }
  const query = parseQuery(request.parameters);
  return request.isRead
    ? readTable(request, query, relation, new Reader(cache, maxRows), executor, maxRows)
    : writeTable(request, query, relation, new Reader(cache, undefined), executor);
}

async function readTable(
  request: ApiRequest,
  { root }: Query,
  relation: Relation,
  reader: Reader,
  executor: Executor,
  maxRows: number | undefined,
): Promise<Response> {
  applyRangeHeader(root, request.range);
  const table = tableName(relation);
  const { rows, counted } = reader.read(root, { name: table, relation }, table);
  const statement = answerSql({
    rows,
    shape: "rows",
    media: request.media,
    total: countSql(request, counted, maxRows),
  });
  return executor.run({ ...request.context, readOnly: true }, async (statements) => {
    const answer = await statements.answer(statement);
    const total = await countRows(request, statements, counted, answer.total, maxRows);
    return rowsResponse(request, answer, root.offset, total);
  });
}

async function writeTable(
  request: ApiRequest,
  query: Query,
  relation: Relation,
  reader: Reader,
  executor: Executor,
): Promise<Response> {
  const returning = request.preferences.return === "representation";
  const before = writeSql(request, query, { relation, returning });
  const source = identifier("pgrst_source");
  const statement = answerSql({
    rows: returning
      ? reader.read(query.root, { name: source, relation }, source).rows
      : sql`select 1 from ${source}`,
    shape: returning ? "rows" : "none",
    media: request.media,
    before,
    affected: true,
  });
  return executor.run({ ...request.context, readOnly: false }, async (statements) =>
    writeResponse(request, await statements.answer(statement)),
  );
}

function writeSql(
  request: ApiRequest,
  query: Query,
  write: { relation: Relation; returning: boolean },
): Fragment {
  const { method, preferences, body } = request;
  const where = takeRootConditions(query.root);
  if (method === "DELETE") return deleteSql(write, where);
  const payload = parsePayload(body, query.columns);
  if (method === "PATCH") return updateSql(write, payload, preferences, where);
  return insertSql(write, payload, preferences, query.onConflict);
}

/** Counted with the rows where that is exact; an estimate needs the exact number only as long as it is small. */
function countSql(
  { preferences }: ApiRequest,
  counted: Fragment,
  maxRows: number | undefined,
): Fragment | undefined {
  if (preferences.count === "exact") return totalSql(counted);
  if (preferences.count !== "estimated") return undefined;
  return totalSql(maxRows === undefined ? counted : sql`${counted} limit ${parameter(maxRows + 1)}::bigint`);
}

async function countRows(
  { preferences }: ApiRequest,
  statements: Statements,
  counted: Fragment,
  total: string | null,
  maxRows: number | undefined,
): Promise<number | undefined> {
  if (preferences.count === "planned") return statements.plannedRows(counted);
  if (total === null) return undefined;
  if (preferences.count === "exact" || maxRows === undefined || Number(total) <= maxRows)
    return Number(total);
  return Math.max(Number(total), await statements.plannedRows(counted));
}
