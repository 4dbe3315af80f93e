import { defineCommand } from "citty";

const engine = defineCommand({
  meta: { name: "engine", description: "Previews and starts, against an empty Pulumi program." },
  args: {
    runs: { type: "string", default: "5", description: "timed runs of each, after one that warms up" },
    json: { type: "boolean", description: "print JSON" },
  },
  run: async ({ args }) => {
    const { benchmarkEngine, printEngineBenchmark } = await import("../../bench/engine.ts");
    const measured = await benchmarkEngine(Number(args.runs));
    console.log(args.json ? JSON.stringify(measured, undefined, 2) : printEngineBenchmark(measured));
  },
});

export default defineCommand({
  meta: { name: "bench", description: "Measure against a named rival in the same run." },
  subCommands: { engine },
});
