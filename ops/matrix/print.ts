import pc from "picocolors";
import { formatProblem } from "../../catalog/problem.ts";
import { entitlements } from "../../infra/settings/entitlements/index.ts";
import { table } from "../table.ts";
import type { Cell } from "./matrix.ts";

/** The tiers of each stack, and every limit that settings are held against. */
export function printMatrix(cells: readonly Cell[], seconds: number): string {
  const rows = cells.map(({ stack, tier, plan, problems }) => {
    const plans = plan ? Object.values(plan.settings.plans).join(", ") : "";
    const verdict = problems.length === 0 ? "valid" : `${problems.length} refused`;
    return [stack, tier, verdict, plans, String(plan?.resources.length ?? "-")];
  });
  const problems = cells.flatMap(({ stack, tier, problems }) =>
    problems.map((problem) => `  - ${stack}, tier ${tier}: ${formatProblem(problem)}`),
  );
  return [
    table(["stack", "tier", "verdict", "plans", "resources"], rows),
    "",
    ...(problems.length > 0 ? [pc.red("Refused:"), ...problems, ""] : []),
    `${cells.length} plans in ${seconds.toFixed(1)} s`,
    "",
    pc.bold("What a plan allows, and settings beyond it are refused:"),
    ...entitlements.flatMap(({ vendor, name, limits }) => [
      `  ${vendor}: ${name}`,
      ...distinct(limits).map(({ plan, limit }) => pc.dim(`    ${plan} ${limit}`)),
    ]),
  ].join("\n");
}

/** Plans that allow the same as the one before say nothing new. */
function distinct<L extends { limit: string }>(limits: readonly L[]): L[] {
  return limits.filter(({ limit }, index) => limit !== limits[index - 1]?.limit);
}
