import { defineCommand } from "citty";
import { entitlements } from "../../infra/settings/entitlements/index.ts";
import { planMatrix } from "../matrix/matrix.ts";
import { printMatrix } from "../matrix/print.ts";
import { json } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "matrix",
    description: "Plan all tiers of the stacks dev and prod, and list every limit of the vendors' plans.",
  },
  args: { json: json() },
  run: async ({ args }) => {
    const started = performance.now();
    const cells = await planMatrix(["dev", "prod"]);
    const seconds = (performance.now() - started) / 1000;
    if (cells.some(({ problems }) => problems.length > 0)) process.exitCode = 2;
    const limits = entitlements.map(({ vendor, name, limits }) => ({ vendor, name, limits }));
    console.log(
      args.json ? JSON.stringify({ seconds, cells, limits }, undefined, 2) : printMatrix(cells, seconds),
    );
  },
});
