import { ApiError } from "./errors.ts";
import type { EmbedItem } from "./request/select.ts";
import type { ForeignKey, Relation, SchemaCache } from "./schema-cache.ts";

/** How the rows of an embedded table belong to a row of the parent. */
export interface Relationship {
  readonly cardinality: "many-to-one" | "one-to-one" | "one-to-many" | "many-to-many";
  readonly target: Relation;
  /** The parent holds the foreign key. */
  readonly referring: boolean;
  /** Pairs of parent column and column of the target, or of the junction where there is one. */
  readonly on: readonly (readonly [string, string])[];
  /** Of many-to-many: the table between, and pairs of its column and the target's. */
  readonly junction?: { readonly table: Relation; readonly on: readonly (readonly [string, string])[] };
  /** Whatever a target or hint may name it by. */
  readonly names: {
    readonly constraints: readonly string[];
    readonly parentColumns: readonly string[];
    readonly targetColumns: readonly string[];
  };
}

/** Embedding gives an object, not a list. */
export function isToOne({ cardinality }: Relationship): boolean {
  return cardinality === "many-to-one" || cardinality === "one-to-one";
}

/** The one relationship an embed means. Throws PGRST200 for none and PGRST201, with the choices, for several. */
export function findRelationship(cache: SchemaCache, parent: Relation, embed: EmbedItem): Relationship {
  const { target, hint } = embed;
  const all = relationshipsOf(cache, parent);
  let found = all.filter(
    (candidate) => isTarget(candidate, target) && (hint === undefined || isHinted(candidate, hint)),
  );
  // Of a table that refers to itself, its name means the rows that refer to this one.
  if (
    found.length > 1 &&
    found.every((candidate) => candidate.target === parent && candidate.target.name === target)
  ) {
    const many = found.filter((candidate) => !candidate.referring);
    if (many.length === 1) found = many;
  }
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw ambiguous(parent, target, found);
  const hinted = hint === undefined ? "" : ` using the hint '${hint}'`;
  throw new ApiError(
    400,
    "PGRST200",
    `Could not find a relationship between '${parent.name}' and '${target}' in the schema cache`,
    `Searched for a foreign key relationship between '${parent.name}' and '${target}'${hinted} in the schema '${parent.schema}', but no matches were found.`,
  );
}

function isTarget({ target, names, cardinality, referring }: Relationship, name: string): boolean {
  if (target.name === name) return true;
  if (cardinality === "many-to-many") return false;
  return (
    names.constraints.includes(name) ||
    (referring && names.parentColumns.length === 1 && names.parentColumns[0] === name)
  );
}

function isHinted({ names, junction }: Relationship, hint: string): boolean {
  if (junction) return junction.table.name === hint || names.constraints.includes(hint);
  const single = (columns: readonly string[]) => columns.length === 1 && columns[0] === hint;
  return names.constraints.includes(hint) || single(names.parentColumns) || single(names.targetColumns);
}

function relationshipsOf(cache: SchemaCache, parent: Relation): Relationship[] {
  const found: Relationship[] = [];
  const isParent = (end: ForeignKey["from"]) => end.table === parent.name && end.schema === parent.schema;
  for (const key of cache.foreignKeys) {
    if (isParent(key.from)) {
      found.push(direct(cache, key, key.from.columns, key.to, key.unique ? "one-to-one" : "many-to-one"));
    }
    if (isParent(key.to)) {
      found.push(direct(cache, key, key.to.columns, key.from, key.unique ? "one-to-one" : "one-to-many"));
      found.push(...throughJunction(cache, key));
    }
  }
  return found;
}

function direct(
  cache: SchemaCache,
  key: ForeignKey,
  parentColumns: readonly string[],
  other: ForeignKey["from"],
  cardinality: Relationship["cardinality"],
): Relationship {
  return {
    cardinality,
    referring: other === key.to,
    target: cache.relation(other.schema, other.table)!,
    on: pairs(parentColumns, other.columns),
    names: { constraints: [key.name], parentColumns, targetColumns: other.columns },
  };
}

/** A table is a junction when the columns of both foreign keys are part of its primary key. */
function throughJunction(cache: SchemaCache, toParent: ForeignKey): Relationship[] {
  const { schema, table } = toParent.from;
  const junction = cache.relation(schema, table)!;
  const isKey = (key: ForeignKey) => key.from.columns.every((column) => junction.primaryKey.includes(column));
  if (!isKey(toParent)) return [];
  return cache.foreignKeys
    .filter((key) => key !== toParent && key.from.table === table && key.from.schema === schema && isKey(key))
    .map((toTarget) => ({
      cardinality: "many-to-many",
      referring: false,
      target: cache.relation(toTarget.to.schema, toTarget.to.table)!,
      on: pairs(toParent.to.columns, toParent.from.columns),
      junction: { table: junction, on: pairs(toTarget.from.columns, toTarget.to.columns) },
      names: { constraints: [toParent.name, toTarget.name], parentColumns: [], targetColumns: [] },
    }));
}

function pairs(left: readonly string[], right: readonly string[]): [string, string][] {
  return left.map((column, index) => [column, right[index]!]);
}

function ambiguous(parent: Relation, target: string, found: readonly Relationship[]): ApiError {
  const hintOf = (candidate: Relationship) =>
    `${candidate.target.name}!${candidate.junction?.table.name ?? candidate.names.constraints[0]}`;
  const details = found.map((candidate) => ({
    cardinality: candidate.cardinality,
    embedding: `${parent.name} with ${candidate.target.name}`,
    relationship: `${candidate.junction?.table.name ?? candidate.names.constraints[0]} using ${candidate.on
      .map(
        ([left, right]) =>
          `${parent.name}(${left}) and ${candidate.junction?.table.name ?? candidate.target.name}(${right})`,
      )
      .join(", ")}`,
  }));
  return new ApiError(
    300,
    "PGRST201",
    `Could not embed because more than one relationship was found for '${parent.name}' and '${target}'`,
    details,
    `Try changing '${target}' to one of the following: ${found.map((candidate) => `'${hintOf(candidate)}'`).join(", ")}. Find the desired relationship in the 'details' key.`,
  );
}
