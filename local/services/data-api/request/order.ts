import { expectField, expectName, type Field } from "./field.ts";
import { Scanner } from "./scanner.ts";

/** One term of `order=`, such as `created_at.desc.nullslast` or `author(name).asc`. */
export interface OrderTerm {
  readonly field: Field;
  /** The to-one embedded table whose column orders this one. */
  readonly relation?: string;
  readonly direction?: "asc" | "desc";
  readonly nulls?: "first" | "last";
}

export function parseOrder(text: string): OrderTerm[] {
  const scanner = new Scanner(text, "order");
  const terms = scanner.list(() => readTerm(scanner));
  if (!scanner.done) scanner.fail('"," or end of input');
  return terms;
}

function readTerm(scanner: Scanner): OrderTerm {
  scanner.space();
  const relation = scanner.attempt(() => {
    const name = expectName(scanner);
    return scanner.take("(") ? name : undefined;
  });
  const field = expectField(scanner);
  if (relation !== undefined) scanner.expect(")");
  const direction = scanner.match(/\.(asc|desc)(?=[., \t]|$)/y)?.[1] as OrderTerm["direction"];
  const nulls = scanner.match(/\.nulls(first|last)(?=[, \t]|$)/y)?.[1] as OrderTerm["nulls"];
  scanner.space();
  return { field, relation, direction, nulls };
}

/** `columns=` and `on_conflict=`: names separated by commas. */
export function parseNames(text: string, what: string): string[] {
  const scanner = new Scanner(text, what);
  const names = scanner.list(() => (scanner.space(), expectName(scanner)));
  if (!scanner.done) scanner.fail('"," or end of input');
  return [...new Set(names)];
}
