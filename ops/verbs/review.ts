import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { commentLimit, renderReview } from "../review/markdown.ts";
import { review } from "../review/review.ts";
import { json } from "./arguments.ts";

const needsEye = 3;

export default defineCommand({
  meta: {
    name: "review",
    description:
      "Tell what a change does to every stack: Markdown for a pull request, with neither engine nor credentials. Exit code 0: safe; 3: a reviewer should look.",
  },
  args: {
    base: { type: "string", required: true, description: "the revision to compare with", valueHint: "REF" },
    head: {
      type: "string",
      description: "the revision to review; default: the working tree",
      valueHint: "REF",
    },
    stack: { type: "string", description: "these stacks alone, with commas between", valueHint: "NAME,…" },
    out: {
      type: "string",
      description: "write the comment to FILE, the full report to FILE.full.md and the data to FILE.json",
      valueHint: "FILE",
    },
    limit: {
      type: "string",
      description: `characters of the comment; default: ${commentLimit}`,
      valueHint: "N",
    },
    json: json(),
  },
  run: async ({ args }) => {
    const result = await review({
      base: args.base,
      ...(args.head && { head: args.head }),
      ...(args.stack && { stacks: args.stack.split(",") }),
    });
    const comment = renderReview(result, Number(args.limit ?? commentLimit));
    const data = `${JSON.stringify(result, undefined, 2)}\n`;
    if (args.out) {
      writeFileSync(args.out, comment);
      writeFileSync(`${args.out}.full.md`, renderReview(result, Infinity));
      writeFileSync(`${args.out}.json`, data);
    }
    if (args.json) process.stdout.write(data);
    else if (!args.out) process.stdout.write(comment);
    if (result.reasons.length > 0) process.exitCode = needsEye;
  },
});
