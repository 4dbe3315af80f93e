import { ApiError } from "../errors.ts";
import { findRelationship, isToOne, type Relationship } from "../relationships.ts";
import { findEmbed, type ReadNode } from "../request/node.ts";
import type { OrderTerm } from "../request/order.ts";
import type { EmbedItem, SelectItem } from "../request/select.ts";
import type { SchemaCache } from "../schema-cache.ts";
import { castType } from "./cast.ts";
import { conditionsSql, fieldSql, type EmbedTest, type Source } from "./condition.ts";
import { constants, identifier, join, nothing, parameter, sql, type Fragment } from "./fragment.ts";

/** A select statement, and the same without order and limits for counting. */
export interface ReadSql {
  readonly rows: Fragment;
  readonly counted: Fragment;
}

interface Embedded {
  readonly item: EmbedItem;
  readonly relationship: Relationship;
  /** The lateral subquery's alias. */
  readonly alias: Fragment;
}

/** Builds the statement that reads a tree of tables: one statement, a lateral join for each embedded table. */
export class Reader {
  #count = 0;

  constructor(
    private readonly cache: SchemaCache,
    /** Most rows of any list in the answer; the setting `max_rows`. */
    private readonly maxRows: number | undefined,
  ) {}

  /** Reads `from`, which the statement calls `source.name`. */
  read(node: ReadNode, source: Source, from: Fragment): ReadSql {
    return this.#read(node, source, from, [], true);
  }

  #read(
    node: ReadNode,
    source: Source,
    from: Fragment,
    joinConditions: Fragment[],
    isList: boolean,
  ): ReadSql {
    const embeds = this.#embeds(node, source);
    const joins = join(
      embeds.map((embedded) => this.#lateral(embedded, source)),
      "",
    );
    const conditions = [...joinConditions, ...conditionsSql(source, node.where, embedTest(embeds))];
    const body = sql`from ${from}${joins}${conditions.length ? sql` where ${join(conditions, " and ")}` : nothing}`;
    const tail = sql`${this.#order(node, source, embeds)}${isList ? this.#range(node) : nothing}`;
    const columns = join(
      node.select.flatMap((item) => columnSql(item, source, embeds)),
      ", ",
    );
    return { rows: sql`select ${columns} ${body}${tail}`, counted: sql`select 1 ${body}` };
  }

  #embeds(node: ReadNode, source: Source): Embedded[] {
    return node.select.flatMap((item) => {
      if (item.kind !== "embed") return [];
      if (!source.relation) throw noRelationship(item);
      const relationship = findRelationship(this.cache, source.relation, item);
      return [{ item, relationship, alias: identifier(`_embed_${++this.#count}`) }];
    });
  }

  #lateral({ item, relationship, alias }: Embedded, parent: Source): Fragment {
    const toOne = isToOne(relationship);
    const { source, from, conditions } = this.#joined(relationship, parent);
    const { rows } = this.#read(item.node, source, from, conditions, !toOne);
    const subquery = toOne
      ? item.spread
        ? sql`select _row.*, true as _found from (${rows}) as _row`
        : sql`select row_to_json(_row) as json, true as _found from (${rows}) as _row`
      : item.spread
        ? sql`select ${join(spreadLists(item, relationship), ", ")}, nullif(count(*), 0) as _found from (${rows}) as _row`
        : sql`select json_agg(_row) as json, nullif(count(*), 0) as _found from (${rows}) as _row`;
    return item.inner
      ? sql` inner join lateral (${subquery}) as ${alias} on ${alias}._found is not null`
      : sql` left join lateral (${subquery}) as ${alias} on true`;
  }

  /** The embedded table under an alias of its own, with the conditions that tie it to the parent's row. */
  #joined(
    { target, on, junction }: Relationship,
    parent: Source,
  ): { source: Source; from: Fragment; conditions: Fragment[] } {
    const name = this.#alias(target.name);
    const table = sql`${identifier(target.schema, target.name)} as ${name}`;
    const source = { name, relation: target };
    if (!junction) return { source, from: table, conditions: equal(parent.name, name, on) };
    const between = this.#alias(junction.table.name);
    const from = sql`${table} inner join ${identifier(junction.table.schema, junction.table.name)} as ${between} on ${join(equal(between, name, junction.on), " and ")}`;
    return { source, from, conditions: equal(parent.name, between, on) };
  }

  #alias(table: string): Fragment {
    return identifier(`${table.slice(0, 40)}_${++this.#count}`);
  }

  #order(node: ReadNode, source: Source, embeds: readonly Embedded[]): Fragment {
    if (!node.order.length) return nothing;
    const terms = node.order.map((term) => {
      const direction = term.direction ? directions[term.direction] : nothing;
      const nulls = term.nulls ? nullOrders[term.nulls] : nothing;
      return sql`${this.#orderBy(term, node, source, embeds)}${direction}${nulls}`;
    });
    return sql` order by ${join(terms, ", ")}`;
  }

  #orderBy(term: OrderTerm, node: ReadNode, source: Source, embeds: readonly Embedded[]): Fragment {
    if (term.relation === undefined) return fieldSql(source, term.field);
    const embed = findEmbed(node, term.relation);
    const embedded = embeds.find(({ item }) => item === embed);
    if (!embedded) {
      const hint = `Verify that '${term.relation}' is included in the 'select' query parameter.`;
      throw new ApiError(
        400,
        "PGRST108",
        `'${term.relation}' is not an embedded resource in this request`,
        null,
        hint,
      );
    }
    if (!isToOne(embedded.relationship)) {
      const details = `'${source.relation?.name}' and '${term.relation}' do not form a many-to-one or one-to-one relationship`;
      throw new ApiError(400, "PGRST118", `A related order on '${term.relation}' is not possible`, details);
    }
    const joined = this.#joined(embedded.relationship, source);
    return sql`(select ${fieldSql(joined.source, term.field)} from ${joined.from} where ${join(joined.conditions, " and ")})`;
  }

  #range({ limit, offset }: ReadNode): Fragment {
    const most = this.maxRows === undefined ? limit : Math.min(limit ?? Infinity, this.maxRows);
    return sql`${most === undefined ? nothing : sql` limit ${parameter(most)}::bigint`}${offset ? sql` offset ${parameter(offset)}::bigint` : nothing}`;
  }
}

const directions = constants({ asc: " asc", desc: " desc" });
const nullOrders = constants({ first: " nulls first", last: " nulls last" });

function equal(left: Fragment, right: Fragment, on: Relationship["on"]): Fragment[] {
  return on.map(([a, b]) => sql`${left}.${identifier(a)} = ${right}.${identifier(b)}`);
}

/** What one item of `select=` adds to the select list. */
function columnSql(item: SelectItem, source: Source, embeds: readonly Embedded[]): Fragment[] {
  if (item.kind === "all") return [sql`${source.name}.*`];
  if (item.kind === "column") {
    const value = fieldSql(source, item.field);
    const cast = item.cast === undefined ? value : sql`cast(${value} as ${castType(item.cast)})`;
    return [sql`${cast} as ${identifier(outputName(item))}`];
  }
  const { alias, relationship } = embeds.find((embedded) => embedded.item === item)!;
  if (item.spread) {
    return spreadNames(item, relationship).map((name) => {
      const value = sql`${alias}.${identifier(name)}`;
      return sql`${isToOne(relationship) ? value : sql`coalesce(${value}, '[]')`} as ${identifier(name)}`;
    });
  }
  // An embed without columns is there for its join alone.
  if (!item.node.select.length) return [];
  const json = isToOne(relationship) ? sql`${alias}.json` : sql`coalesce(${alias}.json, '[]')`;
  return [sql`${json} as ${identifier(item.alias ?? item.target)}`];
}

/** The alias, or the last key of a JSON path, or the column's name. */
function outputName({ alias, field }: Extract<SelectItem, { kind: "column" }>): string {
  if (alias !== undefined) return alias;
  const key = field.path.findLast((step) => typeof step.key === "string")?.key;
  return typeof key === "string" ? key : field.name;
}

/** The columns that a spread embed gives its parent. */
function spreadNames(item: EmbedItem, { target }: Relationship): string[] {
  return item.node.select.flatMap((selected) => {
    if (selected.kind === "all") return [...target.columns.keys()];
    if (selected.kind === "column") return [outputName(selected)];
    if (selected.spread)
      throw new ApiError(400, "PGRST127", "Feature not implemented", "A spread inside a spread");
    return [selected.alias ?? selected.target];
  });
}

function spreadLists(item: EmbedItem, relationship: Relationship): Fragment[] {
  return spreadNames(item, relationship).map(
    (name) => sql`json_agg(_row.${identifier(name)}) as ${identifier(name)}`,
  );
}

/** `author=is.null` finds rows without an author, where `author` is embedded. */
function embedTest(embeds: readonly Embedded[]): EmbedTest {
  return (name, operation, negated) => {
    const embedded = embeds.find(({ item }) => (item.alias ?? item.target) === name);
    if (!embedded) return undefined;
    if (operation.kind !== "is" || (operation.value !== "null" && operation.value !== "not_null")) {
      throw new ApiError(
        400,
        "PGRST120",
        `Bad operator on the '${name}' embedded resource`,
        "Only is null or not is null filters are allowed on embedded resources",
      );
    }
    const found = (operation.value === "not_null") !== negated;
    return found ? sql`${embedded.alias}._found is not null` : sql`${embedded.alias}._found is null`;
  };
}

function noRelationship(item: EmbedItem): ApiError {
  const message = `Could not find a relationship between the function's result and '${item.target}' in the schema cache`;
  return new ApiError(400, "PGRST200", message);
}
