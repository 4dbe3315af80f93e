import { defineCommand } from "citty";
import { databaseOf } from "../local/database-url.ts";
import { runMove } from "../promote/run.ts";
import { moveOptions } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "promote",
    description:
      "Take a stack to a higher tier: what changes, what it costs and locks, what is to be done by hand; then, with --write, its YAML.",
  },
  args: moveOptions,
  run: ({ rawArgs }) => runMove("promote", rawArgs, { database: databaseOf }),
});
