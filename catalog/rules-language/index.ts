/** The part of Cloudflare's Rules language that this package checks before `up` and executes locally. */
export { checkExpression } from "./check.ts";
export type { ExpressionPlace } from "./check.ts";
export { evaluate } from "./evaluate.ts";
export { ExpressionError } from "./expression.ts";
export type { Expression } from "./expression.ts";
export { fields } from "./fields.ts";
export { functionNames } from "./functions.ts";
export { maxExpressionLength, parseExpression } from "./parser.ts";
export { printExpression } from "./print.ts";
export { extension } from "./request.ts";
export type { RuleRequest } from "./request.ts";
export { fieldsUsed, usesOf } from "./uses.ts";
export type { Uses } from "./uses.ts";
