import { defineCommand } from "citty";
import { databaseOf } from "../local/database-url.ts";
import { acceptable } from "../promote/arguments.ts";
import { runMove } from "../promote/run.ts";
import { moveOptions } from "./arguments.ts";

export default defineCommand({
  meta: {
    name: "demote",
    description:
      "Take a stack to a lower tier. What would lose data is refused, all of it at once. A stack in the clouds needs DATABASE_URL in the environment.",
  },
  args: {
    ...moveOptions,
    accept: {
      type: "string",
      description: `a loss to accept: ${acceptable.join(", ")}`,
      valueHint: "LOSS",
    },
  },
  run: ({ rawArgs }) => runMove("demote", rawArgs, { database: databaseOf }),
});
