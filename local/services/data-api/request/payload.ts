import { ApiError } from "../errors.ts";

/** The rows of a write: the JSON as it came, and the columns it sets. */
export interface Payload {
  /** A JSON array of objects, ready for `json_to_recordset`. */
  readonly json: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

/**
 * Reads the body of a write. The columns are those of `columns=`, else the keys, which must then be the same in all
 * objects. The text goes to Postgres untouched: numbers keep all their digits. Throws PGRST102.
 */
export function parsePayload(body: string, columns: readonly string[] | undefined): Payload {
  const value = parseJson(body);
  const rows = Array.isArray(value) ? value : [value];
  if (!rows.every(isObject)) throw invalidBody();
  const keys = Object.keys(rows[0] ?? {});
  if (columns === undefined && rows.some((row) => !sameKeys(row, keys))) {
    throw new ApiError(400, "PGRST102", "All object keys must match");
  }
  return { json: Array.isArray(value) ? body : `[${body}]`, columns: columns ?? keys, rows: rows.length };
}

/** The arguments of a function called by POST; an empty body is no arguments. */
export function parseArguments(body: string): { json: string; names: string[] } {
  if (body.trim() === "") return { json: "{}", names: [] };
  const value = parseJson(body);
  if (!isObject(value)) return { json: body, names: [] };
  return { json: body, names: Object.keys(value) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw invalidBody();
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sameKeys(row: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(row).length === keys.length && keys.every((key) => Object.hasOwn(row, key));
}

function invalidBody(): ApiError {
  return new ApiError(400, "PGRST102", "Empty or invalid json");
}
