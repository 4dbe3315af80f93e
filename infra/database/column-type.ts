import type { Node, TypeName } from "libpg-query";
import { escapeIdentifier } from "pg";

/** What `format_type` calls the types that the parser knows by their names in `pg_type`, or that have a short name. */
const longNames: Readonly<Record<string, string>> = {
  int2: "smallint",
  smallserial: "smallint",
  serial2: "smallint",
  int4: "integer",
  serial: "integer",
  serial4: "integer",
  int8: "bigint",
  bigserial: "bigint",
  serial8: "bigint",
  float4: "real",
  float8: "double precision",
  bool: "boolean",
  char: '"char"',
  bpchar: "character",
  varchar: "character varying",
  varbit: "bit varying",
  time: "time without time zone",
  timetz: "time with time zone",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
};

/** A column's type as `format_type` writes it, but for the schema of a type of one's own. */
export function columnType({ names = [], typmods = [], arrayBounds = [] }: TypeName): string {
  const name = names.map(nameOf).at(-1) ?? "";
  const long = longNames[name] ?? (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : escapeIdentifier(name));
  const numbers = typmods.map(integerOf);
  if (name === "numeric" && numbers.length === 1) numbers.push(0);
  const modifier = numbers.length > 0 && name !== "interval" ? `(${numbers.join(",")})` : "";
  // `timestamp(3) with time zone`: the number stands after the first word.
  const words = /^(timestamp|time)( .*)$/.exec(long);
  const type = words ? `${words[1]}${modifier}${words[2]}` : `${long}${modifier}`;
  return arrayBounds.length > 0 ? `${type}[]` : type;
}

/** `serial` and its like are a type, a default and NOT NULL. */
export function isSerial({ names = [] }: TypeName): boolean {
  return /^(small|big)?serial\d?$/.test(names.map(nameOf).at(-1) ?? "");
}

/** What `format_type` says, comparable with `columnType`: without a schema, which depends on the search path. */
export function withoutSchema(formatted: string): string {
  return formatted.replace(/^("[^"]+"|\w+)\./, "").replace(/^interval[^[]*/, "interval");
}

export function nameOf(node: Node): string {
  return "String" in node ? (node.String.sval ?? "") : "";
}

function integerOf(node: Node): number {
  return "A_Const" in node ? (node.A_Const.ival?.ival ?? 0) : 0;
}
