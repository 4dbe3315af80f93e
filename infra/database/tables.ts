import type { AlterTableCmd, ColumnDef, Constraint, CreateStmt, RangeVar } from "libpg-query";
import { columnType, isSerial, nameOf } from "./column-type.ts";
import { sourceText, type SourceText } from "./source-text.ts";
import { lineAt, type Script, type Statement } from "./statements.ts";

/** A table as the files make it. */
export interface Table {
  /** With its schema, unquoted, such as `public.posts`. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** File and line, such as `baseline/20260101000000_tables.sql:16`. */
  readonly place: string;
  /** The statement that makes it, on one line. */
  readonly statement: string;
}

export interface Column {
  /** As `format_type` writes it. */
  readonly type: string;
  readonly notNull: boolean;
  /** As a table's definition has it, such as `deleted_at timestamptz`. */
  readonly definition: string;
  readonly place: string;
}

/** Tables by name. */
export type Tables = Map<string, Table>;

/** What a statement does to the tables; what it does to other things is not told. */
export type TableChange =
  | { readonly kind: "create"; readonly table: Table; readonly unlessThere: boolean }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "drop"; readonly name: string }
  | { readonly kind: "alter"; readonly name: string; readonly alter: (columns: Map<string, Column>) => void };

/** What a file does to the tables, statement by statement. */
export interface TableChanges {
  readonly changes: readonly TableChange[];
  /** Whether it makes tables and does nothing else. */
  readonly onlyCreates: boolean;
}

/** What can be read from the text. A DO block and the functions that a file calls may do more. */
export function tableChanges({ migration, statements }: Script): TableChanges {
  const file = { label: migration.label, bytes: Buffer.from(migration.sql), text: sourceText(migration.sql) };
  const changes = statements.map((statement) => changesOf(statement, file));
  const isCreate = (some: readonly TableChange[]) => some.length === 1 && some[0]?.kind === "create";
  return { changes: changes.flat(), onlyCreates: changes.length > 0 && changes.every(isCreate) };
}

/** Carries a change out on what is known of the tables. */
export function carryOut(change: TableChange, tables: Tables): void {
  switch (change.kind) {
    case "create":
      if (!(change.unlessThere && tables.has(change.table.name))) tables.set(change.table.name, change.table);
      return;
    case "drop":
      tables.delete(change.name);
      return;
    case "rename": {
      const table = tables.get(change.from);
      if (!table) return;
      tables.delete(change.from);
      tables.set(change.to, { ...table, name: change.to });
      return;
    }
    case "alter": {
      const table = tables.get(change.name);
      if (!table) return;
      const columns = new Map(table.columns);
      change.alter(columns);
      tables.set(change.name, { ...table, columns });
    }
  }
}

interface File {
  readonly label: string;
  readonly bytes: Buffer;
  readonly text: SourceText;
}

function changesOf({ node }: Statement, file: File): TableChange[] {
  if ("CreateStmt" in node) return createTable(node.CreateStmt, file);
  if ("DropStmt" in node && node.DropStmt.removeType === "OBJECT_TABLE") {
    return (node.DropStmt.objects ?? []).map((object) => {
      const path = "List" in object ? (object.List.items ?? []).map(nameOf) : [];
      return { kind: "drop", name: named(path.at(-1), path.at(-2)) };
    });
  }
  if ("RenameStmt" in node) {
    const { renameType, relation, subname = "", newname = "" } = node.RenameStmt;
    if (!relation) return [];
    const name = tableName(relation);
    if (renameType === "OBJECT_TABLE") {
      return [{ kind: "rename", from: name, to: named(newname, relation.schemaname) }];
    }
    if (renameType === "OBJECT_COLUMN") {
      return [
        { kind: "alter", name, alter: change(subname, (old) => plain({ ...old, name: newname }), newname) },
      ];
    }
  }
  if ("AlterObjectSchemaStmt" in node) {
    const { objectType, relation, newschema } = node.AlterObjectSchemaStmt;
    if (objectType !== "OBJECT_TABLE" || !relation) return [];
    return [{ kind: "rename", from: tableName(relation), to: named(relation.relname, newschema) }];
  }
  if ("AlterTableStmt" in node) {
    const { relation, cmds = [], objtype } = node.AlterTableStmt;
    if (objtype !== "OBJECT_TABLE" || !relation) return [];
    return cmds.flatMap((cmd): TableChange[] => {
      const alter = "AlterTableCmd" in cmd ? alterTable(cmd.AlterTableCmd, file) : undefined;
      return alter ? [{ kind: "alter", name: tableName(relation), alter }] : [];
    });
  }
  return [];
}

/** A table whose columns are all written down; one that takes them from elsewhere, or is temporary, is not told. */
function createTable(statement: CreateStmt, file: File): TableChange[] {
  const { relation, tableElts = [], inhRelations, partbound, ofTypename, if_not_exists } = statement;
  if (!relation || relation.relpersistence === "t" || inhRelations || partbound || ofTypename) return [];
  if (!tableElts.every((element) => "ColumnDef" in element || "Constraint" in element)) return [];
  const columns = new Map(
    tableElts.flatMap((element) =>
      "ColumnDef" in element ? [[element.ColumnDef.colname ?? "", columnOf(element.ColumnDef, file)]] : [],
    ),
  );
  for (const element of tableElts) {
    if ("Constraint" in element) keysNotNull(element.Constraint)(columns);
  }
  const location = relation.location ?? 0;
  const table = {
    name: tableName(relation),
    columns,
    place: placeOf(location, file),
    statement: file.text.statement(location),
  };
  return [{ kind: "create", table, unlessThere: if_not_exists === true }];
}

type Alter = (columns: Map<string, Column>) => void;

function alterTable({ subtype, name = "", def }: AlterTableCmd, file: File): Alter | undefined {
  switch (subtype) {
    case "AT_AddColumn": {
      if (!def || !("ColumnDef" in def)) return undefined;
      const column = def.ColumnDef;
      return (columns) => columns.set(column.colname ?? "", columnOf(column, file));
    }
    case "AT_DropColumn":
      return (columns) => columns.delete(name);
    case "AT_AlterColumnType": {
      const type = def && "ColumnDef" in def ? def.ColumnDef.typeName : undefined;
      return type && change(name, (old) => plain({ ...old, name, type: columnType(type) }));
    }
    case "AT_SetNotNull":
    case "AT_DropNotNull":
      return change(name, (old) => plain({ ...old, name, notNull: subtype === "AT_SetNotNull" }));
    case "AT_AddConstraint":
      return def && "Constraint" in def ? keysNotNull(def.Constraint) : undefined;
    default:
      return undefined;
  }
}

const change =
  (name: string, into: (old: Column) => Column, newName = name): Alter =>
  (columns) => {
    const old = columns.get(name);
    if (!old) return;
    columns.delete(name);
    columns.set(newName, into(old));
  };

/** A column that was altered since is no longer as its definition was written. */
function plain({ name, ...column }: Column & { name: string }): Column {
  return { ...column, definition: `${name} ${column.type}${column.notNull ? " not null" : ""}` };
}

function columnOf({ typeName, constraints = [], location = 0 }: ColumnDef, file: File): Column {
  const kinds = constraints.map((item) => ("Constraint" in item ? item.Constraint.contype : undefined));
  const required = ["CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"] as const;
  return {
    type: typeName ? columnType(typeName) : "",
    notNull: required.some((kind) => kinds.includes(kind)) || (typeName !== undefined && isSerial(typeName)),
    definition: file.text.element(location),
    place: placeOf(location, file),
  };
}

/** The columns of a primary key are never null. */
function keysNotNull({ contype, keys = [] }: Constraint): Alter {
  return (columns) => {
    if (contype !== "CONSTR_PRIMARY" && contype !== "CONSTR_NOTNULL") return;
    for (const name of keys.map(nameOf)) {
      const column = columns.get(name);
      if (column) columns.set(name, { ...column, notNull: true });
    }
  };
}

function placeOf(location: number, { label, bytes }: File): string {
  return `${label}:${lineAt(bytes.subarray(0, location).toString())}`;
}

const tableName = ({ relname, schemaname }: RangeVar) => named(relname, schemaname);

/** Without a schema it is `public`, as the runner resets the search path between files. */
function named(name = "", schema = "public"): string {
  return `${schema}.${name}`;
}
