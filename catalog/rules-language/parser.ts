import { ExpressionError, describeType } from "./expression.ts";
import type { Argument, Expression, Index, Literal, Operand, Type, ValueOperator } from "./expression.ts";
import { fields } from "./fields.ts";
import { collectionFunctions, functionNames, functions } from "./functions.ts";
import type { CollectionFunction, Parameter } from "./functions.ts";
import { regexProblem, wildcardProblem } from "./regex.ts";
import { Scanner } from "./scanner.ts";
import { nearest } from "./nearest.ts";

/** Cloudflare's limit for one rule's expression, characters. */
export const maxExpressionLength = 4096;
const maxDepth = 100;

const symbols: readonly (readonly [string, ValueOperator])[] = [
  ["==", "eq"],
  ["!=", "ne"],
  ["<=", "le"],
  [">=", "ge"],
  ["<", "lt"],
  [">", "gt"],
  ["~", "matches"],
];
const words = ["eq", "ne", "lt", "le", "gt", "ge", "contains", "wildcard", "matches"] as const;
const boolean: Type = { of: "boolean", shape: "one" };

/**
 * Parses and type-checks one filter expression. `not` binds closest, then `and`, `xor`, `or`.
 * Throws {@link ExpressionError}, and nothing else.
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse();
}

type Typed<T> = { readonly node: T; readonly type: Type };

class Parser {
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
    if (text.length > maxExpressionLength) {
      throw new ExpressionError(
        maxExpressionLength,
        `${text.length} characters`,
        `at most ${maxExpressionLength}`,
      );
    }
  }

  parse(): Expression {
    const expression = this.#or();
    if (!this.#scanner.atEnd()) this.#scanner.fail("an operator, `and`, `xor`, `or` or the end");
    return this.#filter(expression, 0);
  }

  /** The whole, and each side of a combination, must be true or false. */
  #filter(expression: Typed<Expression>, start: number): Expression {
    if (expression.type.of === "boolean" && expression.type.shape === "one") return expression.node;
    throw new ExpressionError(
      start,
      `${describeType(expression.type)}`,
      "true or false: an array is asked with any(…) or all(…)",
    );
  }

  #or(): Typed<Expression> {
    return this.#chain("or", ["||"], () => this.#xor());
  }

  #xor(): Typed<Expression> {
    return this.#chain("xor", ["^^"], () => this.#and());
  }

  #and(): Typed<Expression> {
    return this.#chain("and", ["&&"], () => this.#not());
  }

  #chain(kind: "and" | "or" | "xor", signs: string[], next: () => Typed<Expression>): Typed<Expression> {
    let start = this.#scanner.position;
    let left = next();
    while (this.#scanner.takeWord(kind) || signs.some((sign) => this.#scanner.take(sign))) {
      const first = this.#filter(left, start);
      start = this.#scanner.position;
      left = { node: { kind, left: first, right: this.#filter(next(), start) }, type: boolean };
    }
    return left;
  }

  #not(): Typed<Expression> {
    const start = this.#scanner.position;
    if (this.#scanner.takeWord("not") || this.#takeBang()) {
      const of = this.#deeper(() => this.#not());
      return { node: { kind: "not", of: this.#filter(of, start) }, type: boolean };
    }
    if (this.#scanner.take("(")) {
      const inner = this.#deeper(() => this.#or());
      this.#scanner.expect(")");
      return inner;
    }
    if (this.#scanner.takeWord("true")) return { node: { kind: "constant", value: true }, type: boolean };
    if (this.#scanner.takeWord("false")) return { node: { kind: "constant", value: false }, type: boolean };
    return this.#comparison(this.#operand());
  }

  #takeBang(): boolean {
    this.#scanner.skipSpace();
    return !this.#scanner.rest().startsWith("!=") && this.#scanner.take("!");
  }

  #deeper<T>(step: () => T): T {
    if (++this.#depth > maxDepth) this.#scanner.fail(`at most ${maxDepth} levels of nesting`);
    try {
      return step();
    } finally {
      this.#depth--;
    }
  }

  #comparison(left: Typed<Operand>): Typed<Expression> {
    const result: Type = { of: "boolean", shape: left.type.shape === "each" ? "list" : "one" };
    this.#scanner.skipSpace();
    const start = this.#scanner.position;
    if (this.#scanner.takeWord("in")) {
      this.#comparable(left.type, ["string", "integer", "ip"], "in", start);
      return { node: { kind: "membership", left: left.node, items: this.#members(left.type) }, type: result };
    }
    const operator = this.#operator();
    if (!operator) return { node: { kind: "operand", operand: left.node }, type: left.type };
    this.#comparable(
      left.type,
      ["eq", "ne", "lt", "le", "gt", "ge"].includes(operator) ? ["string", "integer", "ip"] : ["string"],
      operator,
      start,
    );
    this.#scanner.skipSpace();
    const at = this.#scanner.position;
    const right = this.#scanner.literal(left.type.of);
    this.#checkPattern(operator, right, at);
    return { node: { kind: "comparison", left: left.node, operator, right }, type: result };
  }

  #operator(): ValueOperator | undefined {
    for (const [sign, operator] of symbols) if (this.#scanner.take(sign)) return operator;
    if (this.#scanner.takeWord("strict")) {
      if (!this.#scanner.takeWord("wildcard")) this.#scanner.fail("`wildcard` after `strict`");
      return "strict wildcard";
    }
    return words.find((word) => this.#scanner.takeWord(word));
  }

  #comparable(type: Type, allowed: readonly string[], operator: string, position: number): void {
    const single = type.shape === "one" || type.shape === "each";
    if (single && allowed.includes(type.of)) return;
    const expected =
      single && type.of === "boolean"
        ? "no operator: a boolean is written alone, or with `not` before it"
        : `${allowed.join(", ")} before \`${operator}\`${single ? "" : ', such as one element: […][0], ["name"][0] or any(…[*] …)'}`;
    throw new ExpressionError(position, `\`${operator}\` after ${describeType(type)}`, expected);
  }

  #checkPattern(operator: ValueOperator, right: Literal, position: number): void {
    if (right.kind !== "string") {
      if (right.kind === "ip" && right.value.includes("/")) {
        this.#scanner.fail("one address; a CIDR block goes with `in {…}`", position);
      }
      return;
    }
    const problem =
      operator === "matches"
        ? regexProblem(right.value)
        : operator.endsWith("wildcard")
          ? wildcardProblem(right.value)
          : undefined;
    if (problem) throw new ExpressionError(position, problem, `a pattern for \`${operator}\``);
  }

  #members(type: Type) {
    this.#scanner.expect("{");
    const items = [];
    while (!this.#scanner.take("}")) {
      items.push(this.#scanner.member(type.of));
      const next = this.#scanner.text[this.#scanner.position];
      if (next !== undefined && !/[\s}]/.test(next)) {
        this.#scanner.fail("a space between the members of `{…}`, or `}`");
      }
    }
    if (items.length === 0) this.#scanner.fail("at least one member in `{…}`", this.#scanner.position - 1);
    return items;
  }

  #operand(): Typed<Operand> {
    const name = this.#scanner.peekName();
    if (!name) this.#scanner.fail("a field, a function or `(`");
    const start = this.#scanner.position;
    this.#scanner.position += name.length;
    if (this.#scanner.take("(")) {
      const call = this.#deeper(() => this.#call(name, start));
      const { indexes, type } = this.#indexes(call.type);
      return { node: { kind: "call", name, args: call.node, indexes }, type };
    }
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!type) {
      throw new ExpressionError(
        start,
        `the unknown field \`${name}\``,
        `a field this package knows${nearest(name, Object.keys(fields))}`,
      );
    }
    const indexed = this.#indexes(type);
    return { node: { kind: "field", name, indexes: indexed.indexes }, type: indexed.type };
  }

  #indexes(type: Type): { indexes: Index[]; type: Type } {
    const indexes: Index[] = [];
    for (;;) {
      const start = this.#scanner.position;
      // An index follows at once, with no space before it.
      if (this.#scanner.text[start] !== "[" || !this.#scanner.take("[")) return { indexes, type };
      if (type.shape === "list" && this.#scanner.take("*")) {
        indexes.push("*");
        type = { of: type.of, shape: "each" };
      } else if (type.shape === "list") {
        const at = this.#scanner.literal("integer").value as number;
        if (at < 0) this.#scanner.fail("an index from 0", start + 1);
        indexes.push({ at });
        type = { of: type.of, shape: "one" };
      } else if (type.shape === "map") {
        indexes.push({ key: this.#scanner.literal("string").value as string });
        type = { of: type.of, shape: "list" };
      } else {
        throw new ExpressionError(
          start,
          `an index after ${describeType(type)}`,
          "an array or a map before it",
        );
      }
      this.#scanner.expect("]");
    }
  }

  #call(name: string, start: number): Typed<Argument[]> {
    if ((collectionFunctions as readonly string[]).includes(name)) {
      return { node: this.#collectionArguments(name as CollectionFunction), type: boolean };
    }
    const signature = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!signature) {
      throw new ExpressionError(
        start,
        `the unknown function \`${name}\``,
        `a function this package knows${nearest(name, functionNames)}`,
      );
    }
    const args: Argument[] = [];
    let each = false;
    do {
      const parameter =
        signature.parameters[args.length] ?? (signature.variadic ? signature.parameters.at(-1) : undefined);
      if (!parameter) this.#scanner.fail(`at most ${signature.parameters.length} arguments of ${name}`);
      const argument = this.#argument(parameter, name);
      // As Cloudflare has it: only the first argument may be spread.
      if (argument.type.shape === "each" && args.length > 0)
        this.#scanner.fail("[*] in the first argument only");
      each ||= argument.type.shape === "each";
      args.push(argument.node);
    } while (this.#scanner.take(","));
    if (args.length < signature.required) this.#scanner.fail(`${signature.required} arguments of ${name}`);
    this.#scanner.expect(")");
    this.#checkCall(name, args, start);
    return { node: args, type: { of: signature.returns, shape: each ? "list" : "one" } };
  }

  #checkCall(name: string, args: readonly Argument[], start: number): void {
    const pattern = args[1];
    if (name !== "regex_replace" || pattern?.kind !== "string") return;
    const problem = regexProblem(pattern.value);
    if (problem) throw new ExpressionError(start, problem, "a regular expression as second argument");
  }

  #argument(parameter: Parameter, name: string): Typed<Argument> {
    this.#scanner.skipSpace();
    const start = this.#scanner.position;
    const literal = /^(?:"|r#*"|-?[0-9])/.test(this.#scanner.rest());
    if (literal && parameter.source === "operand")
      this.#scanner.fail(`a field or function call in ${name}(…)`);
    if (!literal && parameter.source === "literal") this.#scanner.fail(`a literal in ${name}(…)`);
    if (literal) {
      const of = parameter.types[0]!;
      return { node: this.#scanner.literal(of), type: { of, shape: "one" } };
    }
    const operand = this.#operand();
    const single = operand.type.shape === "one" || operand.type.shape === "each";
    if (single && parameter.types.includes(operand.type.of)) return operand;
    throw new ExpressionError(
      start,
      describeType(operand.type),
      `${parameter.types.join(" or ")} in ${name}(…)`,
    );
  }

  #collectionArguments(name: CollectionFunction): Argument[] {
    this.#scanner.skipSpace();
    const start = this.#scanner.position;
    if (name === "any" || name === "all") {
      const inner = this.#comparison(this.#operand());
      this.#scanner.expect(")");
      if (inner.type.of === "boolean" && inner.type.shape === "list") return [inner.node];
      throw new ExpressionError(start, describeType(inner.type), `a comparison over […][*] in ${name}(…)`);
    }
    const collection = this.#operand();
    const fits = name === "has_key" ? ["map"] : ["list", "map"];
    if (!fits.includes(collection.type.shape)) {
      throw new ExpressionError(start, describeType(collection.type), `${fits.join(" or ")} in ${name}(…)`);
    }
    this.#scanner.expect(",");
    const wanted = this.#scanner.literal("string");
    this.#scanner.expect(")");
    return [collection.node, wanted];
  }
}
