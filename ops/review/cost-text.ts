import { formatAmount, formatSum } from "../cost/amount.ts";
import type { CostDelta } from "../cost/cost-delta.ts";

/** The floor's lines that change, as a diff, with what they add up to; nothing where none does. */
export function costText({ changes, before, after }: CostDelta): string[] {
  if (changes.length === 0) return [];
  const line = (sign: string, label: string, amount: string, how?: string) =>
    `${sign} ${label}: ${amount}${how ? ` (${how})` : ""}`;
  return [
    ...changes.flatMap(({ label, before, after, howBefore, howAfter }) => [
      ...(before === undefined ? [] : [line("-", label, formatAmount(before), howBefore)]),
      ...(after === undefined ? [] : [line("+", label, formatAmount(after), howAfter)]),
    ]),
    ...(before ? [`- floor: ${formatSum(before)}`] : []),
    ...(after ? [`+ floor: ${formatSum(after)}`] : []),
    ...(after?.budgetUsd === undefined ? [] : [`  budget: ${formatAmount(after.budgetUsd)}`]),
  ];
}
