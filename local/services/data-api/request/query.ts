import { ApiError } from "../errors.ts";
import { looksLikeFilter, parseFilter, parseLogic, parseTreePath, type Condition } from "./filters.ts";
import { nodeAt, type ReadNode } from "./node.ts";
import { parseNames, parseOrder } from "./order.ts";
import { parseSelect } from "./select.ts";

/** A whole query string, understood. */
export interface Query {
  /** What to read, with its filters. */
  readonly root: ReadNode;
  readonly columns?: readonly string[];
  readonly onConflict?: readonly string[];
  /** What a function called by GET is given; a parameter that comes twice has several values. */
  readonly arguments: ReadonlyMap<string, readonly string[]>;
}

/** Parses the query string. For a function called by GET, what does not look like a filter is an argument. */
export function parseQuery(parameters: URLSearchParams, isFunctionRead = false): Query {
  const root = parseSelect(parameters.get("select") ?? "*");
  const columns = parameters.get("columns");
  const onConflict = parameters.get("on_conflict");
  const given = new Map<string, string[]>();

  for (const [key, value] of parameters) {
    if (key === "select" || key === "columns" || key === "on_conflict" || key === "apikey") continue;
    const last = /(?:^|\.)(order|limit|offset|and|or)$/.exec(key)?.[1];
    if (isFunctionRead && last === undefined && !looksLikeFilter(value)) {
      given.set(key, [...(given.get(key) ?? []), value]);
    } else if (last === undefined) {
      const { path, value: condition } = parseFilter(key, value);
      nodeAt(root, path).where.push(condition);
    } else if (last === "and" || last === "or") {
      const { path, value: condition } = parseLogic(key, value);
      nodeAt(root, path).where.push(condition);
    } else {
      setRange(nodeAt(root, parseTreePath(key).path), last as "order" | "limit" | "offset", value);
    }
  }
  return {
    root,
    columns: columns === null ? undefined : parseNames(columns, "columns parameter"),
    onConflict: onConflict === null ? undefined : parseNames(onConflict, "on_conflict parameter"),
    arguments: given,
  };
}

/** Takes the conditions of the root out of the query: in a write they choose the rows, not the answer. */
export function takeRootConditions(root: ReadNode): Condition[] {
  return root.where.splice(0);
}

/** The header `Range: 0-9`, unless the query string has limits of its own. */
export function applyRangeHeader(root: ReadNode, header: string | undefined): void {
  const range = /^(?:items=)?(\d+)-(\d*)$/.exec(header ?? "");
  if (!range || root.limit !== undefined || root.offset) return;
  const [from, to] = [Number(range[1]), range[2] ? Number(range[2]) : undefined];
  if (to !== undefined && to < from) {
    throw invalidRange(
      "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
    );
  }
  root.offset = from;
  if (to !== undefined) root.limit = to - from + 1;
}

/** PGRST103. */
export function invalidRange(details: string): ApiError {
  return new ApiError(416, "PGRST103", "Requested range not satisfiable", details);
}

function setRange(node: ReadNode, what: "order" | "limit" | "offset", value: string): void {
  if (what === "order") {
    if (value !== "") node.order.splice(0, node.order.length, ...parseOrder(value));
    return;
  }
  // PostgREST ignores what is no whole number.
  if (!/^-?\d{1,15}$/.test(value)) return;
  const number = Number(value);
  if (what === "limit" && number < 0) throw invalidRange("Limit should be greater than or equal to zero.");
  node[what] = Math.max(0, number);
}
