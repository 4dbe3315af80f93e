import pc from "picocolors";
import { formatProblem } from "../../catalog/problem.ts";
import { tiers } from "../../infra/settings/tiers.ts";
import { formatAmount } from "../cost/amount.ts";
import { costText } from "../review/cost-text.ts";
import type { MoveArguments } from "./arguments.ts";
import type { ByHand } from "./by-hand.ts";
import type { Effect } from "./effect.ts";
import type { Move } from "./move.ts";
import { goOn } from "./go-on.ts";
import { printChanges, printSql } from "./print-changes.ts";

/** The move for a terminal, in the order in which an operator asks: where, what, how dangerous, how much, what else. */
export function printMove(move: Move, args: MoveArguments): string {
  const { verb, effect, refused } = move;
  const lost = verb === "demote" ? "What the tier no longer brings" : "What the tier brings";
  return [
    ...heading(move),
    ...section("Configuration", [...move.config.map(diffLine), ...move.notes.map((note) => `note: ${note}`)]),
    ...section(
      "To decide: keep or drop",
      move.overrides.map((override) => overrideLine(move, override)),
    ),
    ...(effect ? effectSections(effect, args.verbose) : []),
    ...section(
      lost,
      move.capabilities.map((name) => `- ${name}`),
    ),
    ...(effect ? aroundSections(effect) : []),
    ...section(
      pc.red(`Refused: ${args.write ? "nothing is written" : "this cannot be written"}`),
      refused.map((problem) => `- ${formatProblem(problem)}`),
    ),
    ...section("How to go on", goOn(move, args)),
  ].join("\n");
}

function heading({ verb, stack, from, to, target }: Move): string[] {
  const { kind, project, organization, region, zone, zoneId } = target;
  return [
    pc.bold(
      `${verb} stack ${stack}: tier ${from} (${tiers[from].users} users) → tier ${to} (${tiers[to].users} users)`,
    ),
    `  target        ${kind === "local" ? "local: the stand-ins on this machine" : "cloud: the vendors' real services"}`,
    `  project       ${project} in ${region}`,
    `  organisation  ${organization} at Supabase`,
    `  zone          ${zone} (${zoneId}) at Cloudflare`,
  ];
}

function effectSections({ changes, sql, undone, cost }: Effect, verbose: boolean): string[] {
  const { after } = cost;
  const over = after?.budgetUsd !== undefined && after.knownUsd > after.budgetUsd;
  return [
    ...section(...printChanges(changes, verbose)),
    ...section("SQL that is undone", printSql(undone, verbose)),
    ...section("SQL that comes new", printSql(sql, verbose)),
    ...section("Cost a month before the first user comes", [
      ...costText(cost).map(diffLine),
      ...(over
        ? [
            pc.yellow(
              `! above the budget of ${formatAmount(after.budgetUsd ?? 0)}: raise it with --set lavlay:budget.monthlyUsd=N`,
            ),
          ]
        : []),
    ]),
  ];
}

function aroundSections({ limits, leavings, byHand, beforeUp }: Effect): string[] {
  return [
    ...section(
      "Limits in which the plans differ",
      limits.flatMap(({ vendor, name, before, after }) => [
        `${vendor}, ${name}`,
        pc.red(`- ${before}`),
        pc.green(`+ ${after}`),
      ]),
    ),
    ...section(
      "What goes, and what stays",
      leavings.map(({ what, how, note }) => `${how.padEnd(5)}  ${what}: ${note}`),
    ),
    ...section("By hand: no API does it", byHand.flatMap(byHandLines)),
    ...section(
      "Open before the first `up`, whatever the tier",
      beforeUp.map((problem) => `- ${formatProblem(problem)}`),
    ),
  ];
}

function byHandLines({ when, what, where, check }: ByHand): string[] {
  return [`${when}: ${what}`, pc.dim(`    where: ${where}`), pc.dim(`    check: ${check}`)];
}

function overrideLine({ stack, to }: Move, { key, value, tier }: Move["overrides"][number]): string {
  return `? ${key} is ${value} in Pulumi.${stack}.yaml; tier ${to} brings ${tier}. It is kept, unless you drop it: --set ${key}=`;
}

function diffLine(line: string): string {
  if (line.startsWith("+")) return pc.green(line);
  return line.startsWith("-") ? pc.red(line) : line;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", pc.bold(title), ...lines.map((line) => `  ${line}`)];
}
