import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { DatabaseBenchmark } from "./benchmark.ts";

/** The reads, p50, as an SVG: one row a read, a dot for each whose SQL it is, a logarithmic axis of milliseconds. */
export function plotDatabaseBenchmark({ users, posts, reads }: DatabaseBenchmark): string {
  const colors = {
    "20 look-ups by key": "#888888",
    "no SQL of a tier": "#e0a030",
    "the guide's": "#d04a4a",
    ours: "#2b6cb0",
  };
  const whose = {
    floor: "20 look-ups by key",
    nothing: "no SQL of a tier",
    guide: "the guide's",
    ours: "ours",
  };
  const dots = Object.entries(reads).flatMap(([read, timings]) =>
    Object.entries(timings).map(([name, { p50 }]) => ({
      read,
      whose: whose[name as keyof typeof whose],
      milliseconds: p50,
    })),
  );
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    document: document as unknown as Plot.PlotOptions["document"],
    width: 860,
    height: 110 + 36 * Object.keys(reads).length,
    marginTop: 50,
    marginBottom: 45,
    marginLeft: 130,
    marginRight: 30,
    style: { background: "white", color: "#333", fontSize: "13px" },
    x: {
      type: "log",
      grid: true,
      ticks: [0.1, 1, 10, 100, 1000],
      tickFormat: String,
      label: `milliseconds on the server, median, with ${users} users and ${posts} posts`,
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: { domain: Object.keys(reads), label: null, tickSize: 0 },
    color: { domain: Object.keys(colors), range: Object.values(colors) },
    marks: [
      Plot.ruleY(
        dots,
        Plot.groupY({ x1: "min", x2: "max" }, { y: "read", x: "milliseconds", stroke: "#ddd" }),
      ),
      Plot.dot(dots, { x: "milliseconds", y: "read", fill: "whose", r: 6 }),
      Plot.text(dots, {
        x: "milliseconds",
        y: "read",
        dy: -13,
        fontSize: 11,
        text: ({ milliseconds }: { milliseconds: number }) => String(Number(milliseconds.toPrecision(2))),
      }),
      ...Object.entries(colors).map(([name, fill], index) =>
        Plot.text([`● ${name}`], {
          frameAnchor: "top-left",
          textAnchor: "start",
          dx: 160 * index,
          dy: -40,
          fill,
        }),
      ),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return svg.outerHTML;
}
