import type { Node, RangeVar } from "libpg-query";
import { tableName } from "./names.ts";
import { alterTableLocks } from "./alter-table.ts";

/** Postgres' table locks, weakest first. */
export const lockModes = [
  "ACCESS SHARE",
  "ROW SHARE",
  "ROW EXCLUSIVE",
  "SHARE UPDATE EXCLUSIVE",
  "SHARE",
  "SHARE ROW EXCLUSIVE",
  "EXCLUSIVE",
  "ACCESS EXCLUSIVE",
] as const;
export type LockMode = (typeof lockModes)[number];

/** A lock that a statement takes. */
export interface Lock {
  /** With its schema; undefined where the statement does not name it, such as that of an index. */
  readonly table?: string;
  readonly mode: LockMode;
  /** Whether it is held as long as work grows with the table, or for a moment. */
  readonly lasts: "moment" | "work";
}

/** What a statement does to what is there. */
export interface Effect {
  readonly locks: readonly Lock[];
  /** Tables, views and partitions that it makes. */
  readonly makes: readonly string[];
  /** What it takes away for good, in words. */
  readonly loses?: string;
  /** What of it cannot be told from the text, in words. */
  readonly unknown?: string;
}

const nothing: Effect = { locks: [], makes: [] };
const takes = (mode: LockMode, lasts: Lock["lasts"], ...relations: (RangeVar | undefined)[]): Effect => ({
  ...nothing,
  locks: relations.map((relation) => ({ ...(relation && { table: tableName(relation) }), mode, lasts })),
});

/** The locks of a statement by Postgres' documentation ("Explicit Locking", and each command's page). */
export function effectOf(node: Node): Effect {
  if ("AlterTableStmt" in node) return { ...nothing, ...alterTableLocks(node.AlterTableStmt) };
  if ("IndexStmt" in node) {
    const { concurrent, relation } = node.IndexStmt;
    return takes(concurrent ? "SHARE UPDATE EXCLUSIVE" : "SHARE", "work", relation);
  }
  if ("CreateStmt" in node) return createTable(node.CreateStmt);
  if ("CreateTableAsStmt" in node) {
    const made = node.CreateTableAsStmt.into?.rel;
    return { ...nothing, makes: made ? [tableName(made)] : [] };
  }
  if ("ViewStmt" in node) {
    const { view } = node.ViewStmt;
    return { ...nothing, makes: view ? [tableName(view)] : [] };
  }
  if ("DropStmt" in node) return drop(node.DropStmt);
  if ("TruncateStmt" in node) {
    const relations = rangeVars(node.TruncateStmt.relations);
    const names = relations.map(tableName).join(", ");
    return { ...takes("ACCESS EXCLUSIVE", "moment", ...relations), loses: `every row of ${names}` };
  }
  if ("RefreshMatViewStmt" in node) {
    const { concurrent, relation } = node.RefreshMatViewStmt;
    // Concurrently, it keeps out nothing but another refresh.
    return takes(concurrent ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE", "work", relation);
  }
  if ("CreateTrigStmt" in node) return takes("SHARE ROW EXCLUSIVE", "moment", node.CreateTrigStmt.relation);
  if ("CreatePolicyStmt" in node) return takes("ACCESS EXCLUSIVE", "moment", node.CreatePolicyStmt.table);
  if ("AlterPolicyStmt" in node) return takes("ACCESS EXCLUSIVE", "moment", node.AlterPolicyStmt.table);
  if ("RuleStmt" in node) return takes("ACCESS EXCLUSIVE", "moment", node.RuleStmt.relation);
  if ("RenameStmt" in node) {
    const { renameType, relation } = node.RenameStmt;
    if (!relation) return nothing;
    return renameType === "OBJECT_INDEX"
      ? takes("SHARE UPDATE EXCLUSIVE", "moment", undefined)
      : takes("ACCESS EXCLUSIVE", "moment", relation);
  }
  if ("AlterObjectSchemaStmt" in node) {
    const { relation } = node.AlterObjectSchemaStmt;
    return relation ? takes("ACCESS EXCLUSIVE", "moment", relation) : nothing;
  }
  if ("UpdateStmt" in node) return rows(node.UpdateStmt.relation, node.UpdateStmt.whereClause !== undefined);
  if ("DeleteStmt" in node) {
    const { relation, whereClause } = node.DeleteStmt;
    const name = relation ? tableName(relation) : "a table";
    return {
      ...rows(relation, whereClause !== undefined),
      loses: whereClause ? `some rows of ${name}` : `every row of ${name}`,
    };
  }
  if ("InsertStmt" in node) return takes("ROW EXCLUSIVE", "moment", node.InsertStmt.relation);
  if ("ReindexStmt" in node) return takes("ACCESS EXCLUSIVE", "work", node.ReindexStmt.relation);
  if ("ClusterStmt" in node) return takes("ACCESS EXCLUSIVE", "work", node.ClusterStmt.relation);
  if ("VacuumStmt" in node) {
    const full = JSON.stringify(node.VacuumStmt.options ?? []).includes('"full"');
    const relations = (node.VacuumStmt.rels ?? []).map((item) =>
      "VacuumRelation" in item ? item.VacuumRelation.relation : undefined,
    );
    return takes(full ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE", "work", ...relations);
  }
  if ("LockStmt" in node) {
    const mode = lockModes[(node.LockStmt.mode ?? 8) - 1] ?? "ACCESS EXCLUSIVE";
    return takes(mode, "work", ...rangeVars(node.LockStmt.relations));
  }
  if ("DoStmt" in node)
    return { ...nothing, unknown: "a DO block: what it runs cannot be told from outside" };
  if ("SelectStmt" in node) {
    const called = [...JSON.stringify(node).matchAll(/"funcname":(\[[^\]]*\])/g)].map(([, names = "[]"]) =>
      [...names.matchAll(/"sval":"([^"]+)"/g)].map(([, part]) => part).join("."),
    );
    return called.length > 0 ? { ...nothing, unknown: `calls ${[...new Set(called)].join(", ")}` } : nothing;
  }
  return nothing;
}

/** An update or deletion locks the rows it changes: all of them, where nothing says which. */
function rows(relation: RangeVar | undefined, some: boolean): Effect {
  return takes(some ? "ROW EXCLUSIVE" : "EXCLUSIVE", some ? "moment" : "work", relation);
}

function createTable(statement: Extract<Node, { CreateStmt: unknown }>["CreateStmt"]): Effect {
  const { relation, inhRelations, tableElts } = statement;
  const referenced = [...foreignTables(tableElts)];
  const parents = rangeVars(inhRelations);
  return {
    ...nothing,
    makes: relation ? [tableName(relation)] : [],
    locks: [
      ...takes("ACCESS EXCLUSIVE", "moment", ...parents).locks,
      ...takes("SHARE ROW EXCLUSIVE", "moment", ...referenced).locks,
    ],
  };
}

/** The tables that foreign keys anywhere in a definition refer to. */
function* foreignTables(value: unknown): Generator<RangeVar> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "pktable") yield inner as RangeVar;
    else yield* foreignTables(inner);
  }
}

const relationTypes = ["OBJECT_TABLE", "OBJECT_MATVIEW", "OBJECT_VIEW", "OBJECT_FOREIGN_TABLE"];
const onTable = ["OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"];

function drop(statement: Extract<Node, { DropStmt: unknown }>["DropStmt"]): Effect {
  const { removeType = "", objects = [], concurrent } = statement;
  const names = objects.map((object) =>
    [...JSON.stringify(object).matchAll(/"sval":"([^"]+)"/g)].map(([, part = ""]) => part),
  );
  const named = (parts: string[]) => (parts.length > 1 ? parts.join(".") : `public.${parts[0] ?? ""}`);
  const lock = (table: string | undefined, mode: LockMode): Lock => ({
    ...(table !== undefined && { table }),
    mode,
    lasts: "moment",
  });
  if (relationTypes.includes(removeType)) {
    const tables = names.map(named);
    return {
      ...nothing,
      locks: tables.map((table) => lock(table, "ACCESS EXCLUSIVE")),
      ...(removeType === "OBJECT_TABLE" && { loses: `${tables.join(", ")} with all rows` }),
    };
  }
  if (removeType === "OBJECT_INDEX") {
    return {
      ...nothing,
      locks: [lock(undefined, concurrent ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE")],
    };
  }
  if (onTable.includes(removeType)) {
    return { ...nothing, locks: names.map((parts) => lock(named(parts.slice(0, -1)), "ACCESS EXCLUSIVE")) };
  }
  if (removeType === "OBJECT_SCHEMA") return { ...nothing, loses: `schema ${names.flat().join(", ")}` };
  return nothing;
}

function rangeVars(nodes: readonly Node[] | undefined): RangeVar[] {
  return (nodes ?? []).flatMap((node) => ("RangeVar" in node ? [node.RangeVar] : []));
}
