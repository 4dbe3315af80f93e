import type { Scalar } from "./expression.ts";

/** What one parameter of a function takes. */
export interface Parameter {
  readonly types: readonly Scalar[];
  /** `operand`: a field or call only; `literal`: a literal only; `any`: either. As Cloudflare's parser demands. */
  readonly source: "operand" | "literal" | "any";
}

/** A function whose value is one scalar per call. */
export interface FunctionSignature {
  readonly parameters: readonly Parameter[];
  /** How many of the parameters must be given. */
  readonly required: number;
  /** The last parameter may be repeated. */
  readonly variadic?: boolean;
  readonly returns: Scalar;
}

const text: Parameter = { types: ["string"], source: "operand" };
const textLiteral: Parameter = { types: ["string"], source: "literal" };
const anyText: Parameter = { types: ["string"], source: "any" };
const number: Parameter = { types: ["integer"], source: "literal" };

/**
 * The functions that this package knows and evaluates, besides `any`, `all`, `has_key` and `has_value`, which take
 * arrays and maps. See https://developers.cloudflare.com/ruleset-engine/rules-language/functions/
 */
export const functions: Readonly<Record<string, FunctionSignature>> = {
  concat: { parameters: [anyText, anyText], required: 2, variadic: true, returns: "string" },
  ends_with: { parameters: [text, anyText], required: 2, returns: "boolean" },
  len: { parameters: [text], required: 1, returns: "integer" },
  lower: { parameters: [text], required: 1, returns: "string" },
  regex_replace: { parameters: [text, textLiteral, textLiteral], required: 3, returns: "string" },
  starts_with: { parameters: [text, anyText], required: 2, returns: "boolean" },
  substring: { parameters: [text, number, number], required: 2, returns: "string" },
  to_string: {
    parameters: [{ types: ["integer", "boolean", "ip"], source: "operand" }],
    required: 1,
    returns: "string",
  },
  upper: { parameters: [text], required: 1, returns: "string" },
  url_decode: { parameters: [text], required: 1, returns: "string" },
};

/** Functions over whole arrays or maps, with rules of their own in the parser. */
export const collectionFunctions = ["any", "all", "has_key", "has_value"] as const;
export type CollectionFunction = (typeof collectionFunctions)[number];

/** Every function name known, sorted. */
export const functionNames: readonly string[] = [...Object.keys(functions), ...collectionFunctions].sort();
