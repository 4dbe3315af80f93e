import { defineCommand } from "citty";
import { planStack } from "../plan/plan.ts";
import { printPlan } from "../plan/print.ts";
import { json, stack } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "plan",
    description: "List the resources that a stack's settings lead to, with neither engine nor credentials.",
  },
  args: {
    stack,
    json: json("settings and every resource with its inputs"),
  },
  run: async ({ args }) => {
    const report = await planStack(args.stack);
    if (report.refused.length > 0) process.exitCode = 2;
    console.log(args.json ? JSON.stringify(report, undefined, 2) : printPlan(report));
  },
});
