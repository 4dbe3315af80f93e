import { defineCommand } from "citty";
import { wouldFail } from "../doctor/diagnose.ts";
import { printFindings } from "../doctor/print.ts";
import { examineStack } from "../doctor/run.ts";
import { step } from "../steps.ts";
import { json, stack } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "doctor",
    description:
      "Tell what is missing or in the way before a stack is applied: tools, configuration, tokens, permissions, plans, quotas, what exists already.",
  },
  args: {
    stack,
    json: json("every finding with its verdict and fix"),
  },
  run: async ({ args }) => {
    const findings = await step(`Looking at stack ${args.stack}`, async () => examineStack(args.stack));
    if (wouldFail(findings)) process.exitCode = 1;
    console.log(
      args.json
        ? JSON.stringify({ stack: args.stack, findings }, undefined, 2)
        : printFindings(args.stack, findings),
    );
  },
});
