import { formatProblem } from "../../catalog/problem.ts";
import { formatSum } from "../cost/amount.ts";
import type { SqlFile } from "../sql/files.ts";
import type { ResourceChange } from "./changes.ts";
import { costText } from "./cost-text.ts";
import type { Review } from "./review.ts";
import type { StackReview } from "./stack-review.ts";
import type { PropertyChange } from "./values.ts";

/** By this first line a comment is found again, so that there is one of it. */
export const marker = "<!-- lavlay-review -->";
/** Characters that GitHub takes in a comment. */
export const commentLimit = 65_536;

/**
 * The review as a comment: verdict, tally and one line per change first, then the details of each stack, folded. Where it
 * would be too long, details go from the end; the summary is never cut.
 * @param limit characters; Infinity for the full report
 */
export function renderReview(review: Review, limit: number = commentLimit): string {
  const summary = [marker, ...verdict(review), ...review.stacks.flatMap(stackSummary)].join("\n");
  const note = "\n\n_Details are cut to fit a comment: the full report is in the run's artifacts._\n";
  let text = `${summary}\n`;
  let cut = false;
  for (const stack of review.stacks) {
    const details = stackDetails(stack);
    if (details === undefined) continue;
    if (text.length + details.length + note.length > limit) cut = true;
    else text += `\n${details}`;
  }
  return cut ? text.trimEnd() + note : text;
}

function verdict({ reasons, stacks, dependencies, base }: Review): string[] {
  const safe = reasons.length === 0;
  const changed = stacks.filter(hasChanges).length;
  return [
    safe ? "## Infrastructure: safe" : "## Infrastructure: needs a reviewer's eye",
    "",
    changed === 0 && dependencies.length === 0
      ? `Against \`${base}\`, nothing changes in any stack.`
      : `Against \`${base}\`, ${changed} of ${stacks.length} stacks change.`,
    "",
    ...paragraph([
      ...reasons.map(({ stack, reasons }) => `- **${stack}**: ${reasons.join("; ")}`),
      ...dependencies.map((line) => `- ${line}`),
    ]),
    "| stack | create | update | replace | delete | SQL | floor a month |",
    "| --- | --: | --: | --: | --: | --: | --- |",
    ...stacks.map(tally),
  ];
}

const paragraph = (lines: readonly string[]) => (lines.length === 0 ? [] : [...lines, ""]);

function tally({ stack, changes, sql, cost, existed, exists, refused }: StackReview): string {
  const count = (kind: ResourceChange["kind"]) => changes.filter((change) => change.kind === kind).length;
  const name = existed ? (exists ? stack : `${stack} (gone)`) : `${stack} (new)`;
  const numbers =
    refused.length > 0 && changes.length === 0
      ? ["?", "?", "?", "?"]
      : (["create", "update", "replace", "delete"] as const).map((kind) => String(count(kind)));
  const { before, after } = cost;
  const same = before && after && formatSum(before) === formatSum(after);
  const floor = same
    ? formatSum(after)
    : [before, after].map((sum) => (sum ? formatSum(sum) : "–")).join(" → ");
  return `| ${[name, ...numbers, sql.undone.length + sql.added.length, floor].join(" | ")} |`;
}

function hasChanges(review: StackReview): boolean {
  const { config, changes, sql, app, refused, existed, exists } = review;
  return (
    existed !== exists ||
    app ||
    [config, changes, sql.added, sql.edited, sql.undone, sql.removed, refused].some(
      ({ length }) => length > 0,
    )
  );
}

/** One line per change. */
function stackSummary(review: StackReview): string[] {
  if (!hasChanges(review)) return [];
  const { stack, changes, sql, functions, app, refused, refusedBefore, policies } = review;
  return [
    "",
    `### ${stack}`,
    "",
    ...refused.map((problem) => `- ⛔ **refused** ${escape(formatProblem(problem))}`),
    ...refusedBefore.map((problem) => `- ⚠️ the base was refused: ${escape(formatProblem(problem))}`),
    ...changes.map(changeLine),
    ...sql.edited.map(
      (label) => `- ⛔ \`${label}\` was edited: where it is applied already, the runner refuses it`,
    ),
    ...sql.undone.map((file) => sqlLine("undo by", file)),
    ...sql.added.map((file) => sqlLine("apply", file)),
    ...sql.removed.map(
      (label) => `- ⚠️ \`${label}\` is no longer applied; what it did stays in the database`,
    ),
    ...functions.map((slug) => `- function \`${slug}\`: its source changes`),
    ...(app ? ["- the web app: its source changes"] : []),
    ...policies.map(
      ({ policy, level, resource, message }) =>
        `- ${level === "mandatory" ? "⛔" : "⚠️"} policy \`${policy}\`, \`${resource}\`: ${escape(message)}`,
    ),
  ];
}

function changeLine({
  kind,
  type,
  name,
  properties,
  replacedBy,
  loss,
  interruption,
  routine,
  refused,
}: ResourceChange): string {
  const mark = loss
    ? loss.of === "data"
      ? "⛔ "
      : "⚠️ "
    : kind === "delete" || (kind === "replace" && !routine)
      ? "⚠️ "
      : "";
  const what = kind === "replace" && routine ? "run again" : kind;
  const why =
    kind === "update"
      ? `: ${listed(properties.map(({ path }) => path))}`
      : kind === "replace"
        ? `, since ${listed(replacedBy)} cannot be changed`
        : "";
  return [
    `- ${mark}${what} \`${name}\` (${shortType(type)})${routine ? "" : why}`,
    ...(loss ? [`**loses ${loss.what}**`] : []),
    ...(interruption ? [interruption] : []),
    ...(refused ? ["refused: it is protected"] : []),
  ].join("; ");
}

function sqlLine(verb: string, { label, statements, problems }: SqlFile): string {
  const blocks = [...new Set(statements.flatMap(({ blocks }) => blocks ?? []))];
  const loses = statements.flatMap(({ loses }) => loses ?? []);
  const told = [
    ...(problems.length > 0 ? ["**refused by the runner**"] : []),
    ...(blocks.length > 0 ? [`**${blocks.join("; ")} wait while it works**`] : []),
    ...(loses.length > 0 ? [`**deletes ${loses.join("; ")}**`] : []),
  ];
  const mark = problems.length > 0 || loses.length > 0 ? "⛔ " : blocks.length > 0 ? "⚠️ " : "";
  return `- ${mark}${verb} \`${label}\`${told.length > 0 ? `: ${told.join("; ")}` : ""}`;
}

/** Every property, lock and cost line of a stack, folded; undefined where nothing changes. */
function stackDetails(review: StackReview): string | undefined {
  if (!hasChanges(review)) return undefined;
  const { stack, config, changes, sql, cost } = review;
  const sections = [
    section("Configuration", config.map(propertyLine)),
    ...changes.map(({ kind, type, name, properties }) =>
      section(`${kind} ${name} (${shortType(type)})`, properties.map(propertyLine)),
    ),
    ...[...sql.undone, ...sql.added].map((file) =>
      section(`SQL ${file.label}`, file.statements.flatMap(statementLines)),
    ),
    section("Floor a month", costText(cost)),
  ].filter((text) => text !== "");
  return [`<details><summary>${stack}: all details</summary>`, "", ...sections, "</details>", ""].join("\n");
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)),
  );
  const fence = "`".repeat(longest + 1);
  return [`**${title}**`, "", `${fence}diff`, ...lines, fence, ""].join("\n");
}

const valueLimit = 300;

function propertyLine({ path, before, after }: PropertyChange): string {
  const cut = (value: string) =>
    value.length > valueLimit ? `${value.slice(0, valueLimit)}… (${value.length} characters)` : value;
  if (before === undefined) return `+ ${path}: ${cut(after ?? "")}`;
  if (after === undefined) return `- ${path}: ${cut(before)}`;
  return `- ${path}: ${cut(before)}\n+ ${path}: ${cut(after)}`;
}

function statementLines(statement: SqlFile["statements"][number]): string[] {
  const { text, line, locks, blocks, loses, unknown } = statement;
  return [
    `  ${line}: ${text}`,
    ...locks.map(({ table = "its table", mode, lasts }) => {
      const sign = blocks !== undefined && lasts === "work" ? "!" : " ";
      return `${sign}    ${mode} on ${table}, ${lasts === "work" ? "while it works" : "for a moment"}`;
    }),
    ...(blocks === undefined ? [] : [`!    ${blocks} wait`]),
    ...(loses === undefined ? [] : [`!    deletes ${loses}`]),
    ...(unknown === undefined ? [] : [`     ${unknown}: what that locks cannot be told from here`]),
  ];
}

/** `cloudflare:index/r2Bucket:R2Bucket` → `R2Bucket`. */
const shortType = (type: string) => type.split(":").at(-1) ?? type;

const shown = 6;

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)].map((name) => `\`${name}\``);
  return unique.length <= shown
    ? unique.join(", ")
    : `${unique.slice(0, shown).join(", ")} and ${unique.length - shown} more`;
}

/** So that a value cannot become a heading, a link or a mention. */
function escape(text: string): string {
  return text.replace(/[<>[\]@*_`|]/g, (character) => `\\${character}`).replaceAll("\n", " ");
}
