import pc from "picocolors";
import type { Meter } from "../../catalog/prices/meter.ts";
import type { Source } from "../../catalog/prices/source.ts";
import { tiers } from "../../infra/settings/tiers.ts";
import { table } from "../table.ts";
import { formatAmount, formatNumber, formatRate, formatSum } from "./amount.ts";
import type { GuideComparison } from "./guide-comparison.ts";
import { printNextTier } from "./print-next-tier.ts";
import type { CostReport, RateInForce, SubjectCost } from "./report.ts";
import type { UsageLine } from "./usage-cost.ts";

/** The report for a terminal: floor, rates, scenario. US dollars a month. */
export function printCost(report: CostReport): string {
  const { subjects, rates, notes } = report;
  return [
    pc.bold(pc.cyan("1. Floor: what is paid a month before the first user comes")),
    ...subjects.flatMap(printFloor),
    "",
    pc.bold(pc.cyan("2. Rates: what is paid by use")),
    "",
    printRates(rates),
    "",
    pc.bold(pc.cyan("3. Scenario: what so many users would use; assumptions, not measurements")),
    ...subjects.flatMap(printScenario),
    "",
    pc.bold("Notes"),
    ...notes.map((note) => `  ${note}`),
    "",
    pc.bold("Sources"),
    ...printSources(report),
  ].join("\n");
}

function printFloor({ name, tier, target, floor }: SubjectCost): string[] {
  const title = pc.bold(`${name} (${tiers[tier].users} users): ${formatSum(floor)}`);
  if (target === "local") return ["", title, "it runs on this machine: nothing is rented"];
  const over = floor.budgetUsd !== undefined && floor.knownUsd > floor.budgetUsd;
  return [
    "",
    title,
    table(
      ["what", "how", "USD"],
      floor.lines.map(({ label, how, monthlyUsd }) => [label, how, formatAmount(monthlyUsd)]),
    ),
    ...(over ? [pc.red(`over the budget of ${formatAmount(floor.budgetUsd ?? 0)}`)] : []),
  ];
}

function printRates(rates: readonly RateInForce[]): string {
  return table(
    ["what", "on", "included a month", "beyond it"],
    rates.map((rate) => [rate.name, rate.on.join(", "), included(rate), beyond(rate)]),
  );
}

function included({ rate, included, unit }: Meter): string {
  if (rate === "free") return "all";
  return included === "unknown" ? included : `${formatNumber(included)} ${unit}`;
}

function beyond({ rate, most }: Meter): string {
  if (rate === "free") return "";
  if (rate === "none") return "refused";
  if (rate === "unknown") return rate;
  const price = `${formatRate(rate.usd)}${rate.per === 1 ? " each" : ` per ${formatNumber(rate.per)}`}`;
  const rounded = rate.wholeUnits ? ", whole units" : "";
  return `${price}${rounded}${most === undefined ? "" : `, refused beyond ${formatNumber(most)}`}`;
}

function printScenario({ name, target, scenario, usage, guide, next }: SubjectCost): string[] {
  if (target === "local") return [];
  const active = Math.round(scenario.users * scenario.activeShare);
  return [
    "",
    pc.bold(
      `${name}, ${formatNumber(scenario.users)} users, ${formatNumber(active)} of them active: ${formatSum(usage)}, on top of the floor`,
    ),
    table(["what", "how", "used", "charged", "USD"], usage.lines.map(usageCells)),
    ...(guide ? ["", printGuide(guide)] : []),
    ...(next ? ["", ...printNextTier(next)] : []),
  ];
}

function usageCells({ label, how, used, unit, charged, refused, monthlyUsd }: UsageLine): string[] {
  const more = refused > 0 ? `${formatNumber(refused)} refused` : "";
  const paid = charged === "unknown" ? charged : charged > 0 ? formatNumber(charged) : "";
  return [
    label,
    how,
    `${formatNumber(used)} ${unit}`,
    [paid, more].filter(Boolean).join(", "),
    formatAmount(monthlyUsd),
  ];
}

function printGuide({ rows, guideUsd, today }: GuideComparison): string {
  return table(
    ["the guide's breakdown", "why it differs", "guide", "today"],
    [
      ...rows.map(({ item, guideUsd: usd, today: { knownUsd, unknown }, difference = "" }) => [
        item,
        difference,
        usd === undefined ? "" : formatAmount(usd),
        unknown.length === 0
          ? formatAmount(knownUsd)
          : `${knownUsd > 0 ? `${formatAmount(knownUsd)} + ` : ""}unknown`,
      ]),
      [
        "total",
        "today's: what is known of floor and scenario",
        formatAmount(guideUsd),
        `${formatAmount(today.knownUsd)}${today.unknown.length > 0 ? " + unknown" : ""}`,
      ],
    ],
  );
}

function printSources({ subjects, rates }: CostReport): string[] {
  const all: Source[] = [...subjects.flatMap(({ floor }) => floor.lines), ...rates].map(
    ({ source }) => source,
  );
  const confidences = new Map(all.map(({ name, confidence }) => [name, confidence]));
  return [...confidences].map(([name, confidence]) => `  ${name} (${confidence})`);
}
