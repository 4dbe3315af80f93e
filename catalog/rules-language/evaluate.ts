import { BlockList, isIP, isIPv6 } from "node:net";
import { addressNumber } from "./address.ts";
import type {
  Argument,
  Expression,
  Index,
  Literal,
  LiteralRange,
  Operand,
  ValueOperator,
} from "./expression.ts";
import { call } from "./calls.ts";
import { readField } from "./request.ts";
import type { RuleRequest } from "./request.ts";
import { compileRegex, compileWildcard } from "./regex.ts";

/** A value while evaluating; undefined where a header or argument is absent. */
export type Value =
  string | number | boolean | readonly Value[] | ReadonlyMap<string, readonly string[]> | undefined;

/** Whether the request matches. Never throws on a parsed expression. */
export function evaluate(expression: Expression, request: RuleRequest): boolean {
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "not":
      return !evaluate(expression.of, request);
    case "and":
      return evaluate(expression.left, request) && evaluate(expression.right, request);
    case "or":
      return evaluate(expression.left, request) || evaluate(expression.right, request);
    case "xor":
      return evaluate(expression.left, request) !== evaluate(expression.right, request);
    default:
      return test(expression, request) === true;
  }
}

/** A comparison's value: a boolean, or one per element where the left side is spread by `[*]`. */
function test(expression: Expression, request: RuleRequest): boolean | readonly boolean[] {
  switch (expression.kind) {
    case "operand": {
      const value = read(expression.operand, request);
      return Array.isArray(value) ? value.map((item) => item === true) : value === true;
    }
    case "comparison":
      return forEach(expression.left, request, (value) =>
        compare(value, expression.operator, expression.right),
      );
    case "membership":
      return forEach(expression.left, request, (value) =>
        expression.items.some((item) => isMember(value, item)),
      );
    default:
      return evaluate(expression, request);
  }
}

function forEach(operand: Operand, request: RuleRequest, check: (value: Value) => boolean) {
  const value = read(operand, request);
  return Array.isArray(value) ? value.map((item) => check(item as Value)) : check(value);
}

function read(operand: Operand, request: RuleRequest): Value {
  const base = operand.kind === "field" ? readField(operand.name, request) : callOperand(operand, request);
  return operand.indexes.reduce(pick, base);
}

function pick(value: Value, index: Index): Value {
  if (index === "*") return value ?? [];
  if ("key" in index) return (value as ReadonlyMap<string, readonly string[]> | undefined)?.get(index.key);
  return (value as readonly Value[] | undefined)?.[index.at];
}

function callOperand(operand: Operand & { kind: "call" }, request: RuleRequest): Value {
  if (operand.name === "any" || operand.name === "all") {
    const results = test(operand.args[0] as Expression, request) as readonly boolean[];
    return operand.name === "any" ? results.includes(true) : !results.includes(false);
  }
  const [first, ...others] = operand.args.map((argument) => readArgument(argument, request));
  const spread = operand.name !== "has_value" && Array.isArray(first);
  if (spread) return (first as readonly Value[]).map((item) => call(operand.name, [item, ...others]));
  return call(operand.name, [first, ...others]);
}

function readArgument(argument: Argument, request: RuleRequest): Value {
  switch (argument.kind) {
    case "field":
    case "call":
      return read(argument, request);
    case "string":
    case "integer":
    case "ip":
      return argument.value;
    default:
      return evaluate(argument, request);
  }
}

function compare(value: Value, operator: ValueOperator, right: Literal): boolean {
  // What is absent is unequal to everything, and nothing else.
  if (value === undefined) return operator === "ne";
  if (right.kind === "ip") return compareAddresses(value as string, operator, right.value);
  const left = value as string | number;
  switch (operator) {
    case "eq":
      return left === right.value;
    case "ne":
      return left !== right.value;
    case "lt":
      return left < right.value;
    case "le":
      return left <= right.value;
    case "gt":
      return left > right.value;
    case "ge":
      return left >= right.value;
    case "contains":
      return (left as string).includes(right.value as string);
    case "matches":
      return compileRegex(right.value as string).test(left as string);
    case "wildcard":
    case "strict wildcard":
      return compileWildcard(right.value as string, operator === "strict wildcard").test(left as string);
  }
}

function isMember(value: Value, item: Literal | LiteralRange): boolean {
  if (value === undefined) return false;
  if (item.kind === "range") {
    if (item.from.kind === "integer") {
      return compare(value, "ge", item.from) && compare(value, "le", item.to);
    }
    const [from, to] = [item.from.value as string, item.to.value as string];
    return compareAddresses(value as string, "ge", from) && compareAddresses(value as string, "le", to);
  }
  if (item.kind === "ip" && item.value.includes("/")) return inBlock(value as string, item.value);
  return compare(value, "eq", item);
}

function inBlock(address: string, block: string): boolean {
  const [network, bits] = block.split("/") as [string, string];
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  if (isIPv6(address) !== (family === "ipv6")) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

function compareAddresses(left: string, operator: ValueOperator, right: string): boolean {
  if (isIP(left) !== isIP(right)) return operator === "ne";
  const [a, b] = [addressNumber(left), addressNumber(right)];
  switch (operator) {
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    default:
      return a >= b;
  }
}
