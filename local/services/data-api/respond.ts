import { ApiError, notSingular } from "./errors.ts";
import type { ApiRequest } from "./request/request.ts";
import { invalidRange } from "./request/query.ts";
import type { Answer } from "./sql/answer.ts";

/** The answer of a request whose body is rows read from `offset` on. */
export function rowsResponse(
  request: ApiRequest,
  answer: Answer,
  offset: number,
  total: number | undefined,
): Response {
  if (total !== undefined && offset > total) {
    throw invalidRange(`An offset of ${offset} was requested, but there are only ${total} rows.`);
  }
  if (request.media.format === "object" && answer.page !== 1) throw notSingular(answer.page);
  const partial = total !== undefined && answer.page < total;
  return respond(request, answer, partial ? 206 : 200, answer.body, {
    "content-range": `${answer.page ? `${offset}-${offset + answer.page - 1}` : "*"}/${total ?? "*"}`,
  });
}

/** The answer of an insert, update or delete; `answer.page` is the number of rows affected. */
export function writeResponse(request: ApiRequest, answer: Answer): Response {
  const { method, preferences, media } = request;
  const { maxAffected } = preferences;
  if (maxAffected !== undefined && method !== "POST" && answer.page > maxAffected)
    throw tooManyAffected(answer.page);
  const withBody = preferences.return === "representation";
  if (withBody && media.format === "object" && answer.page !== 1) throw notSingular(answer.page);
  const total = preferences.count ? answer.page : "*";
  const range = method === "PATCH" && answer.page ? `0-${answer.page - 1}` : "*";
  const status = method === "POST" ? 201 : withBody ? 200 : 204;
  return respond(request, answer, status, withBody ? answer.body : null, {
    "content-range": `${range}/${total}`,
  });
}

/** The answer of a function that gives no rows. */
export function valueResponse(request: ApiRequest, answer: Answer, isVoid: boolean): Response {
  return respond(request, answer, isVoid ? 204 : 200, isVoid ? null : answer.body, {});
}

function respond(
  request: ApiRequest,
  answer: Answer,
  status: number,
  body: string | null,
  headers: Record<string, string>,
): Response {
  const all = new Headers(headers);
  if (body !== null) all.set("content-type", request.media.contentType);
  if (request.preferences.applied.length)
    all.set("preference-applied", request.preferences.applied.join(", "));
  for (const [name, value] of headersOf(answer)) all.append(name, value);
  const chosen = answer.status === null ? status : Number(answer.status);
  if (!Number.isInteger(chosen) || chosen < 200 || chosen > 599) {
    throw new ApiError(500, "PGRST112", "response.status guc must be a valid status code");
  }
  const hasBody = request.method !== "HEAD" && chosen !== 204 && chosen !== 304;
  return new Response(hasBody ? body : null, { status: chosen, headers: all });
}

/** What the SQL set in `response.headers`: a JSON list of objects with one name and value each. */
function headersOf({ headers }: Answer): [string, string][] {
  if (headers === null) return [];
  try {
    return (JSON.parse(headers) as Record<string, string>[]).flatMap((header) => Object.entries(header));
  } catch {
    const shape = "a JSON array composed of objects with a single key and a string value";
    throw new ApiError(500, "PGRST111", `response.headers guc must be ${shape}`);
  }
}

function tooManyAffected(rows: number): ApiError {
  const message = "Query result exceeds max-affected preference constraint";
  return new ApiError(400, "PGRST124", message, `The query affects ${rows} rows`);
}
