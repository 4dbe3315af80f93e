import pg from "pg";
import type { Change, Table } from "./changes.ts";

/** https://supabase.com/docs/guides/realtime/postgres-changes: the operators of a filter, as Postgres has them. */
const operators = { eq: "=", neq: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=", in: "= any" } as const;
export type Operator = keyof typeof operators;
/** As many values as a filter by `in` takes. */
const mostValues = 100;

const events = ["INSERT", "UPDATE", "DELETE"] as const;
export type ChangeType = (typeof events)[number];

/** Which changes a client asks to be told of. */
export interface Subscription {
  readonly event: ChangeType | "*";
  readonly schema: string;
  readonly table: string;
  readonly filter?: Filter;
}

export interface Filter {
  readonly column: string;
  readonly operator: Operator;
  /** Of `in`, an array as Postgres writes it. */
  readonly value: string;
}

/** What a client asks for is not to be had; the message is for it. */
export class SubscriptionError extends Error {
  override readonly name = "SubscriptionError";
}

/** Reads an entry of `config.postgres_changes`. Throws {@link SubscriptionError}. */
export function parseSubscription(wanted: Readonly<Record<string, unknown>>): Subscription {
  const { schema, table, filter } = wanted;
  if (typeof schema !== "string" && typeof table !== "string") {
    throw new SubscriptionError(
      "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to.",
    );
  }
  const event = String(wanted["event"] ?? "*").toUpperCase();
  return {
    event: events.find((each) => each === event) ?? "*",
    schema: typeof schema === "string" ? schema : "public",
    table: typeof table === "string" ? table : "*",
    ...(typeof filter === "string" && filter.trim() !== "" && { filter: parseFilter(filter.trim()) }),
  };
}

function parseFilter(text: string): Filter {
  const [, column, operator, value] = /^([^=]+)=([a-z]+)\.(.*)$/s.exec(text) ?? [];
  if (column === undefined || value === undefined || !isOperator(operator)) {
    throw new SubscriptionError(`Error parsing \`filter\` params: ${JSON.stringify(text)}`);
  }
  if (operator !== "in") return { column, operator, value };
  const list = /^\((.*)\)$/s.exec(value)?.[1];
  if (list === undefined) {
    throw new SubscriptionError(
      "Error parsing `filter` params: `in` filter value must be wrapped by parentheses",
    );
  }
  return { column, operator, value: `{${list}}` };
}

function isOperator(text: string | undefined): text is Operator {
  return text !== undefined && Object.hasOwn(operators, text);
}

/** Throws {@link SubscriptionError} where the table is not published, or the role cannot filter so. */
export async function checkSubscription(
  client: pg.ClientBase,
  publication: string,
  role: string,
  subscription: Subscription,
): Promise<void> {
  const { schema, table, filter } = subscription;
  const { rows } = await client.query<{ type: string | null }>(
    `select case when has_column_privilege($4, attribute.attrelid, attribute.attnum, 'select')
       then format_type(attribute.atttypid, attribute.atttypmod) end as type
     from pg_publication_tables as published
     left join pg_attribute as attribute
       on attribute.attrelid = format('%I.%I', schemaname, tablename)::regclass
       and attribute.attname = $5 and attribute.attnum > 0 and not attribute.attisdropped
     where pubname = $1 and $2::text in (schemaname, '*') and $3::text in (tablename, '*')`,
    [publication, schema, table, role, filter?.column ?? ""],
  );
  const refused = (reason: string) =>
    new SubscriptionError(
      `Unable to subscribe to changes with given parameters. ${reason}: [event: ${subscription.event}, schema: ${schema}, table: ${table}, filters: ${JSON.stringify(filter ? [filter] : [])}]`,
    );
  if (rows.length === 0) throw refused("Please check Realtime is enabled for the given connect parameters");
  if (!filter) return;
  for (const { type } of rows) {
    if (type === null) throw refused(`invalid column for filter ${filter.column}`);
    const values = await client
      .query<{ count: number }>(
        filter.operator === "in"
          ? `select coalesce(array_length($1::${type}[], 1), 0) as count`
          : `select 1 as count from (select $1::${type}) as cast_to`,
        [filter.value],
      )
      .catch((error: Error) => {
        throw refused(error.message);
      });
    if ((values.rows[0]?.count ?? 0) > mostValues)
      throw refused(`too many values for \`in\` filter. Maximum ${mostValues}`);
  }
}

/** Whether a change is of the table and kind that are asked for; its filter is asked of the database. */
export function matches({ event, schema, table }: Subscription, change: Change): boolean {
  return (
    [change.type, "*"].includes(event) &&
    [change.table.schema, "*"].includes(schema) &&
    [change.table.name, "*"].includes(table)
  );
}

/** The filter as a condition on a row called `row`, of which `$parameter` is the value. */
export function condition({ column, operator }: Filter, table: Table, parameter: number): string {
  const type = table.columns.find(({ name }) => name === column)?.declaredType;
  if (type === undefined) return "false"; // The column is gone.
  const value = operator === "in" ? `($${parameter}::${type}[])` : `$${parameter}::${type}`;
  return `"row".${pg.escapeIdentifier(column)} ${operators[operator]} ${value}`;
}
