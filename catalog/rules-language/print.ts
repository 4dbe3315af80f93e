import type { Argument, Expression, Index, Literal, LiteralRange, Operand } from "./expression.ts";

/** The expression as text, fully parenthesised; parsing it gives the same expression. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "constant":
      return String(expression.value);
    case "not":
      return `not (${printExpression(expression.of)})`;
    case "and":
    case "or":
    case "xor":
      return `(${printExpression(expression.left)}) ${expression.kind} (${printExpression(expression.right)})`;
    case "operand":
      return printOperand(expression.operand);
    case "comparison":
      return `${printOperand(expression.left)} ${expression.operator} ${printLiteral(expression.right)}`;
    case "membership":
      return `${printOperand(expression.left)} in {${expression.items.map(printLiteral).join(" ")}}`;
  }
}

function printOperand(operand: Operand): string {
  const indexes = operand.indexes.map(printIndex).join("");
  if (operand.kind === "field") return operand.name + indexes;
  return `${operand.name}(${operand.args.map(printArgument).join(", ")})${indexes}`;
}

function printArgument(argument: Argument): string {
  switch (argument.kind) {
    case "field":
    case "call":
      return printOperand(argument);
    case "string":
    case "integer":
    case "ip":
      return printLiteral(argument);
    default:
      return printExpression(argument);
  }
}

function printIndex(index: Index): string {
  if (index === "*") return "[*]";
  return "key" in index ? `[${quote(index.key)}]` : `[${index.at}]`;
}

function printLiteral(literal: Literal | LiteralRange): string {
  if (literal.kind === "range") return `${printLiteral(literal.from)}..${printLiteral(literal.to)}`;
  return literal.kind === "string" ? quote(literal.value) : String(literal.value);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
