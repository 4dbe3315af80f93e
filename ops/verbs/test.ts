import { defineCommand } from "citty";
import { runTests } from "../tests.ts";

export default defineCommand({
  meta: { name: "test", description: "Run all tests, or those whose files' names contain the words given." },
  run: async ({ rawArgs }) => {
    process.exitCode = await runTests(rawArgs);
  },
});
