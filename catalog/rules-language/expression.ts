/**
 * A parsed filter of Cloudflare's Rules language, such as `http.host eq "media.example.com" and not ssl`.
 * Every expression here has passed the type check: what it compares fits together.
 */
export type Expression =
  /** `true`, which Cloudflare writes for "all requests", or `false`. */
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "and" | "or" | "xor"; readonly left: Expression; readonly right: Expression }
  /** A field or call that is itself true or false: `ssl`, `starts_with(…)`. */
  | { readonly kind: "operand"; readonly operand: Operand }
  | {
      readonly kind: "comparison";
      readonly left: Operand;
      readonly operator: ValueOperator;
      readonly right: Literal;
    }
  | {
      readonly kind: "membership";
      readonly left: Operand;
      readonly items: readonly (Literal | LiteralRange)[];
    };

/** What may stand on the left of an operator. */
export type Operand = FieldOperand | CallOperand;

export interface FieldOperand {
  readonly kind: "field";
  readonly name: string;
  /** `["name"]`, `[0]` and `[*]`, in the order written. */
  readonly indexes: readonly Index[];
}

export interface CallOperand {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Argument[];
  readonly indexes: readonly Index[];
}

/** An argument is an operand or a literal; for `any` and `all` a comparison over `[*]`. */
export type Argument = Operand | Literal | Expression;

export type Index = { readonly key: string } | { readonly at: number } | "*";

export type Literal =
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "integer"; readonly value: number }
  /** An address or a CIDR block, as written. */
  | { readonly kind: "ip"; readonly value: string };

/** `1..5` or `10.0.0.1..10.0.0.9`, both ends included. */
export interface LiteralRange {
  readonly kind: "range";
  readonly from: Literal;
  readonly to: Literal;
}

export const valueOperators = [
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "contains",
  "wildcard",
  "strict wildcard",
  "matches",
] as const;
export type ValueOperator = (typeof valueOperators)[number];

/** The type of a single value. */
export type Scalar = "string" | "integer" | "boolean" | "ip";

/**
 * The type of an operand. `one` is a single value, `list` an array, `map` names to arrays; `each` is what `[*]` makes of
 * an array: an operator or function applies to every element of it.
 */
export interface Type {
  readonly of: Scalar;
  readonly shape: "one" | "list" | "map" | "each";
}

/** `string`, `array of string`, `map of string`, `string[*]`. */
export function describeType(type: Type): string {
  switch (type.shape) {
    case "one":
      return type.of;
    case "list":
      return `array of ${type.of}`;
    case "map":
      return `map of ${type.of}`;
    case "each":
      return `each ${type.of} of an array`;
  }
}

/** Text that is not an expression: where, what was found there, and what was expected. */
export class ExpressionError extends Error {
  constructor(
    /** Offset in the text, from 0. */
    readonly position: number,
    readonly found: string,
    readonly expected: string,
  ) {
    super(`at character ${position + 1}: found ${found}, expected ${expected}`);
    this.name = "ExpressionError";
  }
}
