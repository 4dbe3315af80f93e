import { defineCommand } from "citty";
import { start } from "../local/start.ts";

export default defineCommand({
  meta: {
    name: "start",
    description: "Apply the stack `local` on this machine and keep it running until Ctrl-C.",
  },
  args: {
    capabilities: {
      type: "boolean",
      description: "list every resource type and what of it is not imitated, then end",
    },
    json: { type: "boolean", description: "print the addresses (or the capabilities) as JSON" },
    detach: { type: "boolean", description: "leave it running in the background and end" },
  },
  run: async ({ args }) => {
    if (args.capabilities) {
      const { printCapabilities } = await import("../local/print-capabilities.ts");
      return printCapabilities({ json: args.json ?? false });
    }
    await start({ json: args.json ?? false, detach: args.detach ?? false });
  },
});
