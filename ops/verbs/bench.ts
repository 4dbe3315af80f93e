import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { json } from "./arguments.ts";

const engine = defineCommand({
  meta: { name: "engine", description: "Previews and starts, against an empty Pulumi program." },
  args: {
    runs: { type: "string", default: "5", description: "timed runs of each, after one that warms up" },
    json: json(),
  },
  run: async ({ args }) => {
    const { benchmarkEngine, printEngineBenchmark } = await import("../../bench/engine.ts");
    const measured = await benchmarkEngine(Number(args.runs));
    console.log(args.json ? JSON.stringify(measured, undefined, 2) : printEngineBenchmark(measured));
  },
});

const db = defineCommand({
  meta: {
    name: "db",
    description: "The SQL on a large data set, against the scaling guide's own statements.",
  },
  args: {
    users: { type: "string", default: "100000", description: "accounts of the data set" },
    posts: { type: "string", default: "1000000", description: "posts of the data set" },
    runs: { type: "string", default: "200", description: "timed runs of each read" },
    json: json(),
    plot: { type: "string", description: "write a plot to this SVG file" },
  },
  run: async ({ args }) => {
    const { benchmarkDatabase } = await import("../../bench/db/benchmark.ts");
    const { printDatabaseBenchmark } = await import("../../bench/db/print.ts");
    const measured = await benchmarkDatabase({
      users: Number(args.users),
      posts: Number(args.posts),
      runs: Number(args.runs),
      report: (line) => console.error(line),
    });
    if (args.plot) {
      const { plotDatabaseBenchmark } = await import("../../bench/db/plot.ts");
      writeFileSync(args.plot, plotDatabaseBenchmark(measured));
    }
    console.log(args.json ? JSON.stringify(measured, undefined, 2) : printDatabaseBenchmark(measured));
  },
});

const functions = defineCommand({
  meta: { name: "functions", description: "The upload function, against the scaling guide's own." },
  args: {
    runs: { type: "string", default: "9", description: "timed cold starts of each, after one that warms up" },
    json: json(),
  },
  run: async ({ args }) => {
    const { aims, benchmarkFunctions } = await import("../../bench/functions/benchmark.ts");
    const { printFunctionsBenchmark } = await import("../../bench/functions/print.ts");
    const report = (line: string) => console.error(line);
    const measured = await benchmarkFunctions({ runs: Number(args.runs), report });
    const found = { ...measured, aims: aims(measured) };
    console.log(args.json ? JSON.stringify(found, undefined, 2) : printFunctionsBenchmark(measured));
  },
});

const app = defineCommand({
  meta: { name: "app", description: "Loading the app on a slow phone, against the app as it was." },
  args: {
    runs: { type: "string", default: "5", description: "measured loads of each, after one that warms up" },
    json: json(),
  },
  run: async ({ args }) => {
    const { benchmarkApp } = await import("../../bench/app/benchmark.ts");
    const { printAppBenchmark } = await import("../../bench/app/print.ts");
    const report = (line: string) => console.error(line);
    const measured = await benchmarkApp({ runs: Number(args.runs), report });
    console.log(args.json ? JSON.stringify(measured, undefined, 2) : printAppBenchmark(measured));
  },
});

export default defineCommand({
  meta: { name: "bench", description: "Measure against a named rival in the same run." },
  subCommands: { engine, db, functions, app },
});
