import { hasSqlDetails, loadModule, parseSync, type Node } from "libpg-query";
import type { Problem } from "../../catalog/problem.ts";
import type { Migration } from "./migrations.ts";

/** A file split by Postgres's own parser. */
export interface Script {
  readonly migration: Migration;
  readonly statements: readonly Statement[];
  /** False for a file of one statement that Postgres refuses inside a transaction, such as CREATE INDEX CONCURRENTLY. */
  readonly transactional: boolean;
  /** The index that the one statement builds concurrently. */
  readonly index?: IndexName;
}

export interface Statement {
  readonly node: Node;
  readonly text: string;
  /** Line of the file where it begins, from 1. */
  readonly line: number;
}

/** An index and its table, as the statement names them: without a schema, the search path decides. */
export interface IndexName {
  readonly name: string;
  readonly table: { readonly schema?: string; readonly name: string };
}

/** To be awaited once, before `parseMigration`. */
export const loadParser: () => Promise<void> = loadModule;

/** Splits a file, or says what is wrong with it. Nothing is asked of a database. */
export function parseMigration(migration: Migration): Script | Problem[] {
  const { sql, label } = migration;
  const bytes = Buffer.from(sql);
  let statements: Statement[];
  try {
    statements = (parseSync(sql).stmts ?? []).map(({ stmt, stmt_location: start = 0, stmt_len: length }) => ({
      node: stmt as Node,
      text: bytes
        .subarray(start, length ? start + length : undefined)
        .toString()
        .trim(),
      line: lineAt(bytes.subarray(0, start).toString()),
    }));
  } catch (error) {
    const position = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
    const line = lineAt([...sql].slice(0, position).join(""));
    return [
      {
        key: `${label}:${line}`,
        value: error instanceof Error ? error.message : String(error),
        limit: "it must be SQL that Postgres can read",
        fix: "Correct the statement.",
      },
    ];
  }
  const problems = statements.flatMap(({ node, text, line }) => {
    const refusal = refuse(node, statements.length);
    if (refusal === undefined) return [];
    return [{ key: `${label}:${line}`, value: firstWords(text), ...refusal }];
  });
  if (problems.length > 0) return problems;
  const [only] = statements;
  if (!only || !runsAlone(only.node)) return { migration, statements, transactional: true };
  return { migration, statements, transactional: false, index: builtIndex(only.node) };
}

/** Statements that run outside a transaction, each of which can be run again after an interruption. */
function runsAlone(node: Node): boolean {
  return (
    ("IndexStmt" in node && node.IndexStmt.concurrent === true) ||
    ("DropStmt" in node && node.DropStmt.concurrent === true) ||
    "VacuumStmt" in node
  );
}

/** Why a statement cannot be part of a migration, or cannot stand where it stands. */
function refuse(node: Node, statements: number): Pick<Problem, "limit" | "fix"> | undefined {
  if (runsAlone(node)) {
    if (statements > 1) {
      return {
        limit: "it cannot run in a transaction, so it must be the only statement of its file",
        fix: "Move it to a file of its own.",
      };
    }
    if ("IndexStmt" in node && !(node.IndexStmt.idxname && node.IndexStmt.if_not_exists)) {
      return {
        limit: "it may be run again after an interruption, and would then build a second index or fail",
        fix: "Name the index and write IF NOT EXISTS.",
      };
    }
    if ("DropStmt" in node && !node.DropStmt.missing_ok) {
      return {
        limit: "it may be run again after an interruption, and would then fail",
        fix: "Write IF EXISTS.",
      };
    }
    return undefined;
  }
  if ("TransactionStmt" in node) {
    return {
      limit: "the runner puts a transaction around the file",
      fix: "Leave BEGIN, COMMIT and ROLLBACK out.",
    };
  }
  if (cannotBeResumed(node)) {
    return {
      limit: "it cannot run in a transaction, and not safely a second time after an interruption",
      fix: "Run it by hand.",
    };
  }
  return undefined;
}

function cannotBeResumed(node: Node): boolean {
  const kinds = [
    "CreatedbStmt",
    "DropdbStmt",
    "AlterSystemStmt",
    "CreateTableSpaceStmt",
    "DropTableSpaceStmt",
    "CreateSubscriptionStmt",
    "DropSubscriptionStmt",
  ];
  if (kinds.some((kind) => kind in node)) return true;
  if ("ReindexStmt" in node) {
    return (node.ReindexStmt.params ?? []).some(
      (param) => "DefElem" in param && param.DefElem.defname === "concurrently",
    );
  }
  if ("AlterTableStmt" in node) {
    // ALTER TABLE … DETACH PARTITION … CONCURRENTLY
    return JSON.stringify(node.AlterTableStmt.cmds ?? []).includes('"concurrent":true');
  }
  return false;
}

function builtIndex(node: Node): IndexName | undefined {
  if (!("IndexStmt" in node)) return undefined;
  const { idxname, relation } = node.IndexStmt;
  if (!idxname || !relation?.relname) return undefined;
  return { name: idxname, table: { schema: relation.schemaname, name: relation.relname } };
}

/** The line on which the text ends, from 1. */
export function lineAt(text: string): number {
  return text.split("\n").length;
}

function firstWords(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
