import { ApiError } from "./errors.ts";
import type { Executor } from "./execute.ts";
import { parseArguments } from "./request/payload.ts";
import { applyRangeHeader, parseQuery } from "./request/query.ts";
import type { ApiRequest } from "./request/request.ts";
import { rowsResponse, valueResponse } from "./respond.ts";
import type { DatabaseFunction, SchemaCache } from "./schema-cache.ts";
import { answerSql, totalSql, type Shape } from "./sql/answer.ts";
import { callSql, findFunction, queryArguments } from "./sql/call.ts";
import { identifier, parameter, sql } from "./sql/fragment.ts";
import { Reader } from "./sql/read.ts";

/** GET, HEAD and POST on `/rpc/<function>`. A GET may not write, and neither may a function that is not volatile. */
export async function handleCall(
  request: ApiRequest,
  cache: SchemaCache,
  executor: Executor,
  maxRows: number | undefined,
): Promise<Response> {
  if (!request.isRead && request.method !== "POST") {
    throw new ApiError(405, "PGRST101", `Cannot use the ${request.method} method on RPC`);
  }
  const query = parseQuery(request.parameters, request.isRead);
  const given = request.isRead
    ? queryArguments(query.arguments, cache.functions(request.schema, request.target))
    : parseArguments(request.body);
  const called = findFunction(cache, request.schema, request.target, given, !request.isRead);
  applyRangeHeader(query.root, request.range);

  const shape = shapeOf(called);
  const source = identifier("pgrst_source");
  const relation = called.relation === null ? undefined : cache.relation(called.schema, called.relation);
  const { rows, counted } =
    shape === "rows" || shape === "row"
      ? new Reader(cache, called.returnsSet ? maxRows : undefined).read(
          query.root,
          { name: source, relation },
          source,
        )
      : scalarRows(maxRows);
  const statement = answerSql({
    rows,
    shape,
    media: request.media,
    before: callSql(called, given),
    total: called.returnsSet && request.preferences.count ? totalSql(counted) : undefined,
  });
  const readOnly = request.isRead || called.volatility !== "volatile";
  return executor.run({ ...request.context, readOnly }, async (statements) => {
    const answer = await statements.answer(statement);
    const total = answer.total === null ? undefined : Number(answer.total);
    return called.returnsSet
      ? rowsResponse(request, answer, query.root.offset, total)
      : valueResponse(request, answer, called.returns === "void");
  });
}

function shapeOf({ returns, returnsSet }: DatabaseFunction): Shape {
  if (returns === "void") return "none";
  if (returns === "scalar") return returnsSet ? "scalars" : "scalar";
  return returnsSet ? "rows" : "row";
}

function scalarRows(maxRows: number | undefined) {
  const counted = sql`select * from pgrst_source`;
  return {
    counted,
    rows: maxRows === undefined ? counted : sql`${counted} limit ${parameter(maxRows)}::bigint`,
  };
}
