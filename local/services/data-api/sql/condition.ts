import { comparisons, textSearches, type Condition, type Operation } from "../request/filters.ts";
import type { Field } from "../request/field.ts";
import type { Relation } from "../schema-cache.ts";
import { constants, identifier, join, parameter, sql, type Fragment } from "./fragment.ts";

/** Where columns are looked up: what a table is called in the statement, and what is known of it. */
export interface Source {
  /** `"public"."posts"` or an alias. */
  readonly name: Fragment;
  /** Unknown for what a function returns. */
  readonly relation?: Relation;
}

/** Answers for the name of an embedded table; see `is.null` on embeds. */
export type EmbedTest = (name: string, operation: Operation, negated: boolean) => Fragment | undefined;

/** A column and what is taken out of its JSON. Whether the column exists is Postgres's to say: it may be computed. */
export function fieldSql(source: Source, { name, path }: Field): Fragment {
  const column = sql`${source.name}.${identifier(name)}`;
  if (!path.length) return column;
  const type = source.relation?.columns.get(name)?.type;
  const json = type === "json" || type === "jsonb" ? column : sql`to_jsonb(${column})`;
  return path.reduce((inner, { asText, key }) => {
    const operand = typeof key === "number" ? sql`${parameter(key)}::int` : sql`${parameter(key)}::text`;
    return asText ? sql`${inner} ->> ${operand}` : sql`${inner} -> ${operand}`;
  }, json);
}

/** Each condition as SQL. */
export function conditionsSql(
  source: Source,
  conditions: readonly Condition[],
  embedTest?: EmbedTest,
): Fragment[] {
  return conditions.map((condition) => conditionSql(source, condition, embedTest));
}

function conditionSql(source: Source, condition: Condition, embedTest: EmbedTest | undefined): Fragment {
  if (condition.kind === "logic") {
    const branches = condition.of.map((branch) => conditionSql(source, branch, embedTest));
    const tree = sql`(${join(branches, ` ${condition.operator} `)})`;
    return condition.negated ? sql`not ${tree}` : tree;
  }
  const { field, operation, negated } = condition;
  const embedded = field.path.length ? undefined : embedTest?.(field.name, operation, negated);
  if (embedded) return embedded;
  const test = operationSql(source, field, operation);
  return negated ? sql`not (${test})` : test;
}

function operationSql(source: Source, field: Field, operation: Operation): Fragment {
  const value = fieldSql(source, field);
  switch (operation.kind) {
    case "in":
      return sql`${value} = any (${parameter(operation.values)})`;
    case "is":
      return sql`${value} is ${isValueSql[operation.value]}`;
    case "search": {
      const language =
        operation.language === undefined ? sql`` : sql`${parameter(operation.language)}::regconfig, `;
      const isVector = !field.path.length && source.relation?.columns.get(field.name)?.type === "tsvector";
      const document = isVector ? value : sql`to_tsvector(${language}${value})`;
      return sql`${document} @@ ${searchFunctions[operation.operator]}(${language}${parameter(operation.value)})`;
    }
    case "compare": {
      const { operator, quantifier } = operation;
      const text =
        operator === "like" || operator === "ilike" ? operation.value.replaceAll("*", "%") : operation.value;
      const operand = parameter(text);
      if (quantifier === "any") return sql`${value} ${operators[operator]} any (${operand})`;
      if (quantifier === "all") return sql`${value} ${operators[operator]} all (${operand})`;
      return sql`${value} ${operators[operator]} ${operand}`;
    }
  }
}

const operators = constants(comparisons);
const searchFunctions = constants(textSearches);
const isValueSql = constants({
  null: "null",
  not_null: "not null",
  true: "true",
  false: "false",
  unknown: "unknown",
});
