import { expectField, expectName, readQuoted, type Field } from "./field.ts";
import { Scanner } from "./scanner.ts";

/** Operators with one value, and their SQL. */
export const comparisons = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "like",
  ilike: "ilike",
  match: "~",
  imatch: "~*",
  cs: "@>",
  cd: "<@",
  ov: "&&",
  sl: "<<",
  sr: ">>",
  nxr: "&<",
  nxl: "&>",
  adj: "-|-",
  isdistinct: "is distinct from",
} as const;

/** Full-text operators, and the function that makes their query. */
export const textSearches = {
  fts: "to_tsquery",
  plfts: "plainto_tsquery",
  phfts: "phraseto_tsquery",
  wfts: "websearch_to_tsquery",
} as const;

export const isValues = ["null", "not_null", "true", "false", "unknown"] as const;

export type Operation =
  | {
      readonly kind: "compare";
      readonly operator: keyof typeof comparisons;
      readonly value: string;
      readonly quantifier?: "any" | "all";
    }
  | {
      readonly kind: "search";
      readonly operator: keyof typeof textSearches;
      readonly value: string;
      readonly language?: string;
    }
  | { readonly kind: "in"; readonly values: readonly string[] }
  | { readonly kind: "is"; readonly value: (typeof isValues)[number] };

export type Condition =
  | {
      readonly kind: "filter";
      readonly negated: boolean;
      readonly field: Field;
      readonly operation: Operation;
    }
  | {
      readonly kind: "logic";
      readonly negated: boolean;
      readonly operator: "and" | "or";
      readonly of: readonly Condition[];
    };

/** A condition and the embedded table it belongs to. */
export interface Placed<T> {
  readonly path: readonly string[];
  readonly value: T;
}

const QUANTIFIED = /(eq|gte|gt|lte|lt|like|ilike|match|imatch)(?:\((any|all)\))?\./y;
const SIMPLE = /(neq|cs|cd|ov|sl|sr|nxr|nxl|adj|isdistinct)\./y;
const SEARCH = /(fts|plfts|phfts|wfts)(?:\(([\p{L}\p{N}_ $]+)\))?\./uy;

/** Parses a parameter such as `author.name=not.ilike.*x*`. */
export function parseFilter(key: string, value: string): Placed<Condition> {
  const { path, value: field } = parseTreePath(key);
  const scanner = new Scanner(value, "filter");
  const negated = scanner.take("not.");
  const operation = readOperation(scanner, readRest);
  if (!scanner.done) scanner.fail("end of input");
  return { path, value: { kind: "filter", negated, field, operation } };
}

/** Parses a parameter such as `comments.not.or=(a.eq.1,and(b.gt.2,c.is.null))`. */
export function parseLogic(key: string, value: string): Placed<Condition> {
  const names = parseTreePath(key);
  const operator = names.value.name as "and" | "or";
  const scanner = new Scanner(value, "logic tree");
  const of = readBranches(scanner);
  if (!scanner.done) scanner.fail("end of input");
  const negated = names.path.includes("not");
  return {
    path: names.path.filter((name) => name !== "not"),
    value: { kind: "logic", negated, operator, of },
  };
}

/** Splits `comments.author.name->>first` into the path of embedded tables and the field. */
export function parseTreePath(key: string): Placed<Field> {
  const scanner = new Scanner(key, "tree path");
  const path: string[] = [];
  for (;;) {
    const next = scanner.attempt(() => {
      const name = expectName(scanner);
      return scanner.take(".") ? name : undefined;
    });
    if (next === undefined) break;
    path.push(next);
  }
  const value = expectField(scanner);
  if (!scanner.done) scanner.fail("end of input");
  return { path, value };
}

/** True when a value begins like a filter; tells filters from arguments of a function called by GET. */
export function looksLikeFilter(value: string): boolean {
  const scanner = new Scanner(value, "filter");
  scanner.take("not.");
  return [QUANTIFIED, SIMPLE, SEARCH, /(?:in|is)\./y].some((pattern) => scanner.match(pattern));
}

function readOperation(scanner: Scanner, readValue: (scanner: Scanner) => string): Operation {
  if (scanner.take("in.")) return { kind: "in", values: readList(scanner) };
  if (scanner.take("is.")) {
    const value = scanner.match(/(?:not_null|null|true|false|unknown)/iy)?.[0].toLowerCase();
    if (!value) scanner.fail("isVal: (null, not_null, true, false, unknown)");
    return { kind: "is", value: value as (typeof isValues)[number] };
  }
  const search = scanner.match(SEARCH);
  if (search) {
    const operator = search[1] as keyof typeof textSearches;
    return { kind: "search", operator, language: search[2], value: readValue(scanner) };
  }
  const comparison = scanner.match(QUANTIFIED) ?? scanner.match(SIMPLE);
  if (!comparison) scanner.fail("operator (eq, gt, ...)");
  return {
    kind: "compare",
    operator: comparison[1] as keyof typeof comparisons,
    quantifier: comparison[2] as "any" | "all" | undefined,
    value: readValue(scanner),
  };
}

function readBranches(scanner: Scanner): Condition[] {
  scanner.space();
  scanner.expect("(");
  const branches = scanner.list(() => readBranch(scanner));
  scanner.space();
  scanner.expect(")");
  scanner.space();
  return branches;
}

function readBranch(scanner: Scanner): Condition {
  scanner.space();
  const group = scanner.match(/(not\.)?(and|or)(?=[ \t]*\()/y);
  if (group) {
    const operator = group[2] as "and" | "or";
    return { kind: "logic", negated: group[1] !== undefined, operator, of: readBranches(scanner) };
  }
  const field = expectField(scanner);
  scanner.expect(".");
  const negated = scanner.take("not.");
  return { kind: "filter", negated, field, operation: readOperation(scanner, readNestedValue) };
}

function readRest(scanner: Scanner): string {
  const rest = scanner.text.slice(scanner.position);
  scanner.position = scanner.text.length;
  return rest;
}

/** Inside a logic tree a value ends at a comma or bracket, unless it is quoted or an array. */
function readNestedValue(scanner: Scanner): string {
  return readQuotedWhole(scanner) ?? scanner.match(/\{[^{}]*\}/y)?.[0] ?? scanner.match(/[^,)]*/y)![0];
}

function readList(scanner: Scanner): string[] {
  scanner.space();
  scanner.expect("(");
  const values = scanner.list(() => readQuotedWhole(scanner) ?? scanner.match(/[^,)]*/y)![0]);
  scanner.expect(")");
  scanner.space();
  return values.length === 1 && values[0] === "" ? [] : values;
}

/** A quoted value, unless more than the quotes stands before the next comma or bracket. */
function readQuotedWhole(scanner: Scanner): string | undefined {
  return scanner.attempt(() => {
    const quoted = readQuoted(scanner);
    return quoted !== undefined && (scanner.done || /[,)]/.test(scanner.text[scanner.position]!))
      ? quoted
      : undefined;
  });
}
