import { isRefusal, type Problem } from "../../catalog/problem.ts";
import { tierNames, type Tier } from "../../infra/settings/schema.ts";
import { planStack, type PlanReport } from "../plan/plan.ts";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { projectRoot } from "../root.ts";

/** One tier of one stack, planned. */
export interface Cell {
  readonly stack: string;
  readonly tier: Tier;
  /** Absent where the configuration is refused. */
  readonly plan?: PlanReport;
  /** What is wrong with it; nothing where it is valid. */
  readonly problems: readonly Problem[];
}

/** Plans every tier of those stacks, each as if its YAML named that tier. */
export async function planMatrix(stacks: readonly string[], root = projectRoot): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const stack of stacks) {
    const file = readStackFile(root, stack);
    for (const tier of tierNames) {
      const atTier = { ...file, values: { ...file.values, "lavlay:tier": tier } };
      try {
        const plan = await planStack(stack, { root, file: atTier });
        cells.push({ stack, tier, plan, problems: plan.refused });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        cells.push({ stack, tier, problems: error.problems });
      }
    }
  }
  return cells;
}
