import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRefusal, type Problem } from "../../catalog/problem.ts";
import { secretKeys } from "../../infra/settings/schema.ts";
import type { PolicyViolation } from "../../infra/policy/policies.ts";
import { hashApp } from "../../infra/web/build-app.ts";
import { costDelta, type CostDelta } from "../cost/cost-delta.ts";
import { planStack, type PlanReport } from "../plan/plan.ts";
import { parseStackFile } from "../../infra/settings/stack-file.ts";
import { readLeft, readSql, undoneBy, type SqlFile } from "../sql/files.ts";
import { changesBetween, type ResourceChange } from "./changes.ts";
import { brokenPolicies } from "./policies.ts";
import { compareValues, type PropertyChange } from "./values.ts";

/** What a change does to one stack. */
export interface StackReview {
  readonly stack: string;
  /** Whether the stack's YAML is there before and after. */
  readonly existed: boolean;
  readonly exists: boolean;
  /** What differs in the stack's YAML. */
  readonly config: readonly PropertyChange[];
  readonly changes: readonly ResourceChange[];
  readonly sql: SqlReview;
  /** Edge functions whose bundle differs. */
  readonly functions: readonly string[];
  /** Whether the web app's sources differ. */
  readonly app: boolean;
  readonly cost: CostDelta;
  /** What is wrong with the stack after the change: nothing can be planned then. */
  readonly refused: readonly Problem[];
  /** What was wrong with it before: everything counts as new then. */
  readonly refusedBefore: readonly Problem[];
  readonly policies: readonly PolicyViolation[];
}

export interface SqlReview {
  /** Files that would be applied. */
  readonly added: readonly SqlFile[];
  /** Files that changed after they may have been applied: the runner refuses them. */
  readonly edited: readonly string[];
  /** Ways down that would be run, as the stack leaves their folder. */
  readonly undone: readonly SqlFile[];
  /** Files that the stack no longer has and that are not undone; what they did stays. */
  readonly removed: readonly string[];
}

/** One stack in one revision. */
interface Side {
  readonly exists: boolean;
  readonly config: Record<string, unknown>;
  readonly plan?: PlanReport;
  readonly refused: readonly Problem[];
  readonly sql: readonly SqlFile[];
}

/** Compares a stack between the revisions in two folders. */
export async function reviewStack(stack: string, base: string, head: string): Promise<StackReview> {
  const before = await sideOf(stack, base);
  const after = await sideOf(stack, head, new Set(before.sql.map(({ label }) => label)));
  const old = before.plan?.resources ?? [];
  const changes = after.plan || !after.exists ? changesBetween(old, after.plan?.resources ?? []) : [];
  const undone = after.plan ? await undoneSql(before, after.plan, head) : [];
  return {
    stack,
    existed: before.exists,
    exists: after.exists,
    config: compareValues(before.config, after.config),
    changes,
    // What is refused is not known.
    sql:
      after.plan || !after.exists
        ? compareSql(before.sql, after.sql, undone)
        : { added: [], edited: [], undone: [], removed: [] },
    functions: changedFunctions(changes),
    app: (await hashApp(base, {})) !== (await hashApp(head, {})),
    cost: costDelta(
      before.plan?.settings,
      after.plan?.settings ?? (after.exists ? before.plan?.settings : undefined),
    ),
    refused: [...after.refused, ...(after.plan?.refused ?? [])],
    refusedBefore: before.refused,
    policies: after.plan ? brokenPolicies(after.plan) : [],
  };
}

/** @param applied labels of the SQL that the stack has already */
async function sideOf(stack: string, root: string, applied?: ReadonlySet<string>): Promise<Side> {
  const yaml = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(yaml)) return { exists: false, config: {}, refused: [], sql: [] };
  const config = configOf(readFileSync(yaml, "utf8"));
  try {
    const plan = await planStack(stack, { root });
    const sql = await readSql(root, plan.settings.database.sql, applied);
    return { exists: true, config, plan, refused: [], sql };
  } catch (error) {
    if (!isRefusal(error)) {
      const reason = { key: `Pulumi.${stack}.yaml`, value: "the program", limit: (error as Error).message };
      return { exists: true, config, refused: [{ ...reason, fix: "Mend the program." }], sql: [] };
    }
    return { exists: true, config, refused: error.problems, sql: [] };
  }
}

/** The configuration with its secrets masked, those too that stand in plain text and should not. */
function configOf(yaml: string): Record<string, unknown> {
  const { values, secretKeys: encrypted } = parseStackFile(yaml);
  const mustBeSecret = (key: string) =>
    encrypted.includes(key) || secretKeys.has(key.replace(/^lavlay:/, ""));
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, mustBeSecret(key) ? "[secret]" : parsed(value)]),
  );
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The head's ways down, of files that the base had. */
async function undoneSql(before: Side, { settings }: PlanReport, head: string): Promise<SqlFile[]> {
  const left = (before.plan?.settings.database.sql ?? []).filter(
    (folder) => !settings.database.sql.includes(folder),
  );
  const had = new Set(before.sql.map(({ label }) => label));
  return (await readLeft(head, left)).undone.filter((down) => had.has(undoneBy(down)));
}

function compareSql(
  before: readonly SqlFile[],
  after: readonly SqlFile[],
  undone: readonly SqlFile[],
): SqlReview {
  const old = new Map(before.map(({ label, sha256 }) => [label, sha256]));
  const now = new Set([...after.map(({ label }) => label), ...undone.map(undoneBy)]);
  return {
    added: after.filter(({ label }) => !old.has(label)),
    edited: after
      .filter(({ label, sha256 }) => old.has(label) && old.get(label) !== sha256)
      .map(({ label }) => label),
    undone,
    removed: [...old.keys()].filter((label) => !now.has(label)),
  };
}

/** Each deployment of a function sets its check again, with the bundle's hash. */
function changedFunctions(changes: readonly ResourceChange[]): string[] {
  return changes
    .filter(({ kind, properties }) => kind === "update" && properties.some(({ path }) => path === "bundle"))
    .map(({ name }) => name.replace(/^backend-|-jwt-check$/g, ""));
}
