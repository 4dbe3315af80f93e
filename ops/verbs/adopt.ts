import { defineCommand } from "citty";
import { makeNew } from "../adopt/adopt.ts";
import { runAdopt, runRelease } from "../adopt/run.ts";
import { json, stack } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "adopt",
    description:
      "Take over what exists at the vendors: tell it and how it differs; with --write, have the first `up` import it as it is.",
  },
  args: {
    stack,
    project: {
      type: "string",
      description: `the Supabase project's ref, where it is not called as declared; ${makeNew} to have one made`,
      valueHint: "REF",
    },
    "web-project": {
      type: "string",
      description: `the Vercel project's id or name, where it is not called as declared; ${makeNew} to have one made`,
      valueHint: "ID",
    },
    release: {
      type: "boolean",
      description: "let the declared values come, of what was taken over as it was",
    },
    write: { type: "boolean", description: "write the stack's YAML; without it nothing is touched" },
    json: json("the same as data"),
  },
  run: async ({
    args: { stack, project, "web-project": webProject, release = false, write = false, json = false },
  }) => {
    const run = release ? runRelease : runAdopt;
    await run({
      stack,
      write,
      json,
      ...(project !== undefined && { project }),
      ...(webProject !== undefined && { webProject }),
    });
  },
});
