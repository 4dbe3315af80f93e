import type { Tier } from "../../infra/settings/schema.ts";
import { sumOf, type CostLine, type Sum } from "./amount.ts";
import { guide, leftOutBecause } from "./guide.ts";

/** The guide's cost breakdown of a tier beside today's. Every line of today's stands in just one row. */
export interface GuideComparison {
  readonly rows: readonly GuideRow[];
  readonly guideUsd: number;
  readonly today: Sum;
}

export interface GuideRow {
  readonly item: string;
  /** Absent where the guide has no such line. */
  readonly guideUsd?: number;
  readonly today: Sum;
  /** Why they differ; absent where they agree. */
  readonly difference?: string;
}

/** Sets the guide's lines of a tier beside what is paid today: the lines of floor and use. */
export function compareWithGuide(tier: Tier, paid: readonly CostLine[]): GuideComparison {
  const { lines, totalUsd } = guide[tier];
  const rows = lines.map(({ item, monthlyUsd, covers, difference }): GuideRow => {
    const today = sumOf(paid.filter(({ label }) => covers.includes(label)));
    const agrees = today.knownUsd === monthlyUsd && today.unknown.length === 0;
    return { item, guideUsd: monthlyUsd, today, ...(!agrees && { difference }) };
  });
  const covered = new Set(lines.flatMap(({ covers }) => covers));
  const others = paid
    .filter(({ label, monthlyUsd }) => !covered.has(label) && monthlyUsd !== 0)
    .map((line): GuideRow => ({
      item: line.label,
      today: sumOf([line]),
      difference: leftOutBecause(line.label),
    }));
  return { rows: [...rows, ...others], guideUsd: totalUsd, today: sumOf(paid) };
}
