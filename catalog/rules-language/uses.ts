import type { Argument, Expression, Operand } from "./expression.ts";

/** What an expression makes use of, each name once, in order of appearance. */
export interface Uses {
  readonly fields: readonly string[];
  readonly functions: readonly string[];
  readonly operators: readonly string[];
}

/** The fields, functions and operators of an expression, which is what plans allow or do not. */
export function usesOf(expression: Expression): Uses {
  const fields = new Set<string>();
  const functions = new Set<string>();
  const operators = new Set<string>();
  const visit = (node: Argument): void => {
    switch (node.kind) {
      case "not":
        operators.add("not");
        return visit(node.of);
      case "and":
      case "or":
      case "xor":
        operators.add(node.kind);
        visit(node.left);
        return visit(node.right);
      case "operand":
        return visit(node.operand);
      case "comparison":
        visit(node.left);
        operators.add(node.operator);
        return;
      case "membership":
        visit(node.left);
        operators.add("in");
        return;
      case "field":
      case "call":
        return visitOperand(node);
      default:
        return;
    }
  };
  const visitOperand = (operand: Operand): void => {
    if (operand.kind === "field") {
      fields.add(operand.name);
    } else {
      functions.add(operand.name);
      operand.args.forEach(visit);
    }
  };
  visit(expression);
  return { fields: [...fields], functions: [...functions], operators: [...operators] };
}

/** The names of the fields an expression asks for. */
export function fieldsUsed(expression: Expression): readonly string[] {
  return usesOf(expression).fields;
}
