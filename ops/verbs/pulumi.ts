import { defineCommand } from "citty";
import { runPulumi } from "../pulumi.ts";

export default defineCommand({
  meta: {
    name: "pulumi",
    description:
      "The Pulumi CLI with engine, backend and providers set for the stack: npm run pulumi -- preview -s local",
  },
  run: async ({ rawArgs }) => {
    process.exitCode = await runPulumi(rawArgs, { progress: (line) => console.error(line) });
  },
});
