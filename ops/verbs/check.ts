import { defineCommand } from "citty";
import { runCheck } from "../check/run.ts";
import { json, stack } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "check",
    description:
      "Measure a running stack and hold it against its objectives (lavlay:objectives): page, API, pictures, database, CDN, functions, uptime. " +
      "Exit code 1 when one is missed, with what is slowest; what cannot be measured is named and fails with --strict only.",
  },
  args: {
    stack,
    history: {
      type: "string",
      description:
        "JSON lines of earlier checks, read and added to: uptime, plots over time, and queries since the last check need it",
      valueHint: "FILE",
    },
    html: {
      type: "string",
      description: "write a report to look at: one file, no network",
      valueHint: "FILE",
    },
    json: json("every row with its numbers and what is slowest"),
    strict: { type: "boolean", description: "exit code 1 also for what cannot be measured" },
  },
  run: async ({ args: { stack, history, html, json, strict } }) => {
    process.exitCode = await runCheck({
      stack,
      ...(history && { history }),
      ...(html && { html }),
      json: json ?? false,
      strict: strict ?? false,
    });
  },
});
