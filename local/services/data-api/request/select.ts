import { ApiError } from "../errors.ts";
import { expectField, expectName, readName, type Field } from "./field.ts";
import { emptyNode, type ReadNode } from "./node.ts";
import { Scanner } from "./scanner.ts";

/** One item of `select=`. */
export type SelectItem =
  | { readonly kind: "all" }
  | { readonly kind: "column"; readonly field: Field; readonly alias?: string; readonly cast?: string }
  | EmbedItem;

/** A related table inside the rows of this one. */
export interface EmbedItem {
  readonly kind: "embed";
  /** A table, a foreign key or its column. */
  readonly target: string;
  readonly alias?: string;
  /** What tells several relationships apart: a foreign key, a column or a junction table. */
  readonly hint?: string;
  /** Rows without a match are left out. */
  readonly inner: boolean;
  /** The columns become columns of the parent. */
  readonly spread: boolean;
  readonly node: ReadNode;
}

const IDENTIFIER = /[\p{L}\p{N}_ $]+/uy;
const AGGREGATE = /\.(?:sum|avg|count|max|min)\(\)/y;

/** Parses `select=`; the nodes are without filters, order and limits yet. */
export function parseSelect(text: string): ReadNode {
  const scanner = new Scanner(text, "select parameter");
  const node = readForest(scanner);
  if (!scanner.done) scanner.fail('"," or end of input');
  return node;
}

function readForest(scanner: Scanner): ReadNode {
  scanner.space();
  if (scanner.done || scanner.text[scanner.position] === ")") return emptyNode([]);
  return emptyNode(scanner.list(() => readItem(scanner)));
}

function readItem(scanner: Scanner): SelectItem {
  scanner.space();
  if (scanner.match(/\*(?=[ \t]*(?:,|\)|$))/y)) return { kind: "all" };
  const item = scanner.attempt(() => readEmbed(scanner)) ?? readColumn(scanner);
  scanner.space();
  return item;
}

function readEmbed(scanner: Scanner): EmbedItem | undefined {
  const spread = scanner.take("...");
  const alias = spread ? undefined : readAlias(scanner);
  const target = readName(scanner);
  if (target === undefined) return undefined;
  let hint: string | undefined;
  let inner = false;
  while (scanner.take("!")) {
    const join = scanner.match(/(?:left|inner)(?![\p{L}\p{N}_$-])/uy)?.[0];
    if (join) inner = join === "inner";
    else hint = expectName(scanner);
  }
  if (!scanner.take("(")) return undefined;
  if (target === "count" && scanner.take(")")) throw aggregatesRefused();
  const node = readForest(scanner);
  scanner.expect(")");
  return { kind: "embed", target, alias, hint, inner, spread, node };
}

function readColumn(scanner: Scanner): SelectItem {
  const alias = readAlias(scanner);
  const field = expectField(scanner);
  const cast = scanner.take("::")
    ? (scanner.match(IDENTIFIER)?.[0].trim() ?? scanner.fail("type name"))
    : undefined;
  if (scanner.match(AGGREGATE)) throw aggregatesRefused();
  return { kind: "column", field, alias, cast };
}

/** `alias:`, but not the start of a cast. */
function readAlias(scanner: Scanner): string | undefined {
  return scanner.attempt(() => {
    const name = readName(scanner);
    return name !== undefined && scanner.match(/:(?!:)/y) ? name : undefined;
  });
}

/** As at Supabase, where `db-aggregates-enabled` is off by default. */
function aggregatesRefused(): ApiError {
  return new ApiError(400, "PGRST123", "Use of aggregate functions is not allowed");
}
