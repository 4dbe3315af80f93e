import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackNames } from "../../infra/settings/stack-file.ts";
import { projectRoot } from "../root.ts";
import { withRevision } from "./revision.ts";
import { reviewStack, type StackReview } from "./stack-review.ts";
import { reasonsToLook } from "./verdict.ts";

/** The infrastructure's difference between two revisions. */
export interface Review {
  /** As it was named. */
  readonly base: string;
  /** Absent for the working tree. */
  readonly head?: string;
  readonly stacks: readonly StackReview[];
  /** Providers and engine whose exact version differs, as `name 1.0.0 → 1.1.0`. */
  readonly dependencies: readonly string[];
  /** Why a reviewer should look, by stack; nothing where it is safe. */
  readonly reasons: readonly { readonly stack: string; readonly reasons: readonly string[] }[];
}

export interface ReviewOptions {
  readonly base: string;
  readonly head?: string;
  /** Default: every stack of either revision. */
  readonly stacks?: readonly string[];
}

/** Plans every stack in both revisions, in this process, and compares. Nothing is asked of anybody. */
export async function review({ base, head, stacks }: ReviewOptions): Promise<Review> {
  return withRevision(base, "--base", (baseRoot) =>
    head === undefined
      ? compare(base, undefined, baseRoot, projectRoot, stacks)
      : withRevision(head, "--head", (headRoot) => compare(base, head, baseRoot, headRoot, stacks)),
  );
}

async function compare(
  base: string,
  head: string | undefined,
  baseRoot: string,
  headRoot: string,
  wanted: readonly string[] | undefined,
): Promise<Review> {
  const names = wanted ?? [...new Set([...stackNames(baseRoot), ...stackNames(headRoot)])].sort();
  const stacks: StackReview[] = [];
  for (const name of names) stacks.push(await reviewStack(name, baseRoot, headRoot));
  const dependencies = changedDependencies(baseRoot, headRoot);
  return {
    base,
    ...(head !== undefined && { head }),
    stacks,
    dependencies,
    reasons: [
      ...stacks.map((stack) => ({ stack: stack.stack, reasons: reasonsToLook(stack) })),
      ...(dependencies.length > 0
        ? [
            {
              stack: "dependencies",
              reasons: ["a provider's version changes: preview against each stack first"],
            },
          ]
        : []),
    ].filter(({ reasons }) => reasons.length > 0),
  };
}

/** What touches the clouds. */
const watched = /^node_modules\/(@pulumi\/|@pulumiverse\/|@upstash\/pulumi)/;

function changedDependencies(base: string, head: string): string[] {
  const [before, after] = [versions(base), versions(head)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => watched.test(name) && before[name] !== after[name])
    .sort()
    .map(
      (name) =>
        `${name.slice("node_modules/".length)} ${before[name] ?? "(new)"} → ${after[name] ?? "(gone)"}`,
    );
}

function versions(root: string): Record<string, string | undefined> {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version?: string }>;
  };
  return Object.fromEntries(Object.entries(packages).map(([name, { version }]) => [name, version]));
}
