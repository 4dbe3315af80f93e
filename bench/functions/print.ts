import type { Timing } from "../statistics.ts";
import { aims, type FunctionsBenchmark } from "./benchmark.ts";
import type { Load } from "./client.ts";

/** The measurement for a terminal. */
export function printFunctionsBenchmark(measured: FunctionsBenchmark): string {
  const { coldStart, bundleBytes, loads } = measured;
  const found = aims(measured);
  const times = (ratio: number) => `${ratio.toFixed(1)} times`;
  const row = (name: string, text: string) => `  ${name.padEnd(34)}  ${text}`;
  const lines = [
    "From nothing to the first answer, nothing compiled before",
    row("an empty server", timing(coldStart.answer.empty)),
    row("the guide's function", timing(coldStart.answer.guide)),
    row("ours", timing(coldStart.answer.ours)),
    row("the guide's, first upload", timing(coldStart.upload.guide)),
    row("ours, first upload", timing(coldStart.upload.ours)),
    row("bundle, the guide's and ours", `${bundleBytes.guide / 1000} kB, ${bundleBytes.ours / 1000} kB`),
    row(
      "faster than the guide's",
      `${times(found.coldStartAgainstGuide)} (aim: 3; an empty server: ${times(found.emptyAgainstGuide)})`,
    ),
    row("faster than the guide's, first upload", times(found.coldUploadAgainstGuide)),
    row("as long as an empty server", `${times(found.coldStartAgainstEmpty)} (aim: at most 2)`),
  ];
  for (const { size, delay, oneByOne, parallel } of loads) {
    lines.push(`Files of ${size} MB, network of ${delay} ms`);
    for (const name of ["put", "guide", "ours"] as const) {
      const memory = name === "put" ? "" : `, at most ${parallel[name].peakMemory.toFixed(0)} MB of memory`;
      const title = { put: "a bare signed PUT", guide: "the guide's function", ours: "ours" }[name];
      lines.push(row(`${title}, one by one`, latency(oneByOne[name])));
      lines.push(row(`${title}, 20 at once`, `${latency(parallel[name])}${memory}`));
      if (name === "put") lines.push(row("a bare pass-through, one by one", latency(oneByOne.passThrough)));
    }
  }
  lines.push(
    "Aims",
    row("memory below the guide's at 10 MB", `${times(found.memoryAgainstGuide)} (aim: 5)`),
    row("memory at 10 MB against 1 MB", `${times(found.memoryOfTenfoldFile)} (aim: flat)`),
    ...found.throughput.map(({ size, delay, againstGuide }) =>
      row(`throughput, ${size} MB, ${delay} ms`, `${times(againstGuide)} the guide's (aim: 2)`),
    ),
    ...found.added.map(({ size, delay, toPut, toPassThrough }) =>
      row(
        `added to a PUT, ${size} MB, ${delay} ms`,
        `${toPut.toFixed(1)} ms at p95 (aim: at most 15), ${toPassThrough.toFixed(1)} ms to a pass-through`,
      ),
    ),
  );
  return lines.join("\n");
}

function timing({ runs, min, median, max }: Timing): string {
  return `${median.toFixed(0)} ms (${min.toFixed(0)}-${max.toFixed(0)}, ${runs} runs)`;
}

function latency({ p50, p95, throughput, failed, failure }: Load): string {
  const failures = failed > 0 ? `, ${failed} failed (${failure})` : "";
  return `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, ${throughput.toFixed(0)} MB/s${failures}`;
}
