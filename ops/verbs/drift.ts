import { defineCommand } from "citty";
import { drift } from "../drift/drift.ts";
import { printDrift } from "../drift/print.ts";
import { json, stack } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "drift",
    description:
      "Tell what was changed behind the engine's back since the last update, by resource and property; writes nothing. Exit code 0: nothing; 1: something.",
  },
  args: {
    stack,
    json: json("the same, values in full"),
  },
  run: async ({ args }) => {
    const report = await drift(args.stack);
    if (report.drifted.length > 0) process.exitCode = 1;
    console.log(args.json ? JSON.stringify(report, undefined, 2) : printDrift(report));
  },
});
