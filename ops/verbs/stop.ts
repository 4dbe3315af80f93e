import { defineCommand } from "citty";
import { localDirectory } from "../../local/paths.ts";
import { stopDaemon } from "../../local/process.ts";
import { step } from "../steps.ts";

export default defineCommand({
  meta: { name: "stop", description: "Stop the local target. All data is kept for the next start." },
  run: async () => {
    await step("Stopping", async (progress) => {
      if (!(await stopDaemon(localDirectory()))) progress("it was not running");
    });
  },
});
