import { defineCommand } from "citty";
import { costArguments } from "../cost/arguments.ts";
import { printCost } from "../cost/print.ts";
import { costReport, type Subject } from "../cost/report.ts";
import { tierSettings } from "../cost/tier-settings.ts";
import { json } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "cost",
    description: "What stacks and tiers cost a month: the floor, the rates, and a stated scenario.",
  },
  args: {
    stack: {
      type: "string",
      description: "a stack (local, dev or prod); may be given more than once",
      valueHint: "NAME",
    },
    tier: {
      type: "string",
      description: "a tier as it comes; may be given more than once; all of them where nothing is named",
      valueHint: "NAME",
    },
    users: {
      type: "string",
      description: "users of the scenario, where they are not the tier's own",
      valueHint: "N",
    },
    json: json("the same figures"),
  },
  run: async ({ rawArgs }) => {
    const { stacks, tiers, users, json } = costArguments(rawArgs);
    const subjects: Subject[] = tiers.map((tier) => ({ name: `tier ${tier}`, settings: tierSettings(tier) }));
    for (const stack of stacks) {
      // Only a stack needs the program, and with it the vendors' SDKs.
      const { planStack } = await import("../plan/plan.ts");
      subjects.push({ name: `stack ${stack}`, settings: (await planStack(stack)).settings });
    }
    const report = costReport(subjects, users);
    console.log(json ? JSON.stringify(report, undefined, 2) : printCost(report));
  },
});
