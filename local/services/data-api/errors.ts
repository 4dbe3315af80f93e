import pg from "pg";

/** A refusal in PostgREST's words: the body is exactly `{code, details, hint, message}`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown = null,
    readonly hint: string | null = null,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  body(): Record<string, unknown> {
    return { code: this.code, details: this.details, hint: this.hint, message: this.message };
  }
}

/** Statuses by SQLSTATE; see "HTTP Status Codes" in PostgREST's reference. Longest prefix wins, all others are 400. */
const statusBySqlState: Readonly<Record<string, number>> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "23503": 409,
  "23505": 409,
  "25": 500,
  "25006": 405,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "42501": 403,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "53": 503,
  "53400": 500,
  "54": 500,
  "55": 500,
  "57": 500,
  "57P01": 503,
  "58": 500,
  F0: 500,
  HV: 500,
  P0: 500,
  P0001: 400,
  XX: 500,
};

/** What a failed statement answers. A permission that anonymous callers lack is 401: signing in may help. */
export function databaseError(error: unknown, isAnonymous: boolean): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError || error instanceof RangeError)
    return new ApiError(500, "PGRSTX00", "Internal error");
  if (!(error instanceof pg.DatabaseError) || !error.code) {
    return new ApiError(503, "PGRST000", "Database connection error. Retrying the connection.");
  }
  const { code, message } = error;
  if (code === "PGRST") return raisedResponse(message, error.detail);
  const status = statusOf(code, message, isAnonymous);
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return new ApiError(status, code, message, error.detail ?? null, error.hint ?? null, headers);
}

function statusOf(code: string, message: string, isAnonymous: boolean): number {
  if (/^PT\d{3}$/.test(code)) return Number(code.slice(2));
  if (code === "42501" && isAnonymous) return 401;
  // The role of the token does not exist.
  if (code === "22023" && message.startsWith("role ")) return 401;
  if (code === "21000" && !message.endsWith("requires a WHERE clause")) return 500;
  return statusBySqlState[code] ?? statusBySqlState[code.slice(0, 2)] ?? 400;
}

/** `raise sqlstate 'PGRST'` lets a function choose the whole answer: body in the message, status and headers in the detail. */
function raisedResponse(message: string, detail: string | undefined): ApiError {
  try {
    const body = JSON.parse(message) as { code: string; message: string; details?: string; hint?: string };
    const { status, headers } = JSON.parse(detail ?? "") as {
      status: number;
      headers?: Record<string, string>;
    };
    return new ApiError(
      status,
      body.code,
      body.message,
      body.details ?? null,
      body.hint ?? null,
      headers ?? {},
    );
  } catch {
    return new ApiError(500, "PGRST121", `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`);
  }
}

/** PGRST100: a query parameter that does not parse. */
export function queryError(message: string, details: string | null = null): ApiError {
  return new ApiError(400, "PGRST100", message, details);
}

/** PGRST116: one row was asked for and there were fewer or more. */
export function notSingular(rows: number): ApiError {
  return new ApiError(
    406,
    "PGRST116",
    "Cannot coerce the result to a single JSON object",
    `The result contains ${rows} rows`,
  );
}
