import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { CheckRecord } from "../history.ts";
import { meets, type Row } from "../metric.ts";
import { sayTarget, sayValue } from "../text.ts";

interface Point {
  readonly time: Date;
  readonly value: number;
}

/** The checks of a metric, of those that measured it. */
export function pointsOf({ metric }: Pick<Row, "metric">, checks: readonly CheckRecord[]): Point[] {
  return checks.flatMap(({ time, values }) => {
    const value = values[metric];
    return value === undefined ? [] : [{ time: new Date(time), value }];
  });
}

/**
 * A row over time as an SVG: a dot for each check, the objective as a dashed line. Its colours are the page's custom
 * properties, so that one picture is right in the light and in the dark.
 */
export function plotOverTime(row: Row, points: readonly Point[]): string {
  const { target, unit, holds } = row;
  const missed = ({ value }: Point) => target !== undefined && !meets(value, target, holds);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    document: document as unknown as Plot.PlotOptions["document"],
    width: 370,
    height: 180,
    marginLeft: 62,
    marginRight: 16,
    marginTop: 16,
    marginBottom: 28,
    style: { background: "none", color: "var(--quiet)", fontSize: "13px", overflow: "visible" },
    x: { type: "utc", label: null, ticks: 4 },
    y: {
      domain: domainOf(row, points),
      label: null,
      grid: true,
      ticks: 4,
      tickFormat: (value: number) => sayValue(value, unit),
    },
    marks: [
      ...(target === undefined
        ? []
        : [Plot.ruleY([target], { stroke: "var(--target)", strokeDasharray: "5 4", strokeWidth: 1.5 })]),
      Plot.lineY(points, { x: "time", y: "value", stroke: "var(--line)", strokeWidth: 1.75 }),
      Plot.dot(points, {
        x: "time",
        y: "value",
        r: 3.5,
        fill: (point: Point) => (missed(point) ? "var(--missed)" : "var(--line)"),
        stroke: "var(--surface)",
      }),
    ],
    color: { type: "identity" },
  });
  // A picture with one name: those of its parts would be read out in its place.
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", describe(row, points));
  return svg.outerHTML;
}

/** From nothing, where there is a nothing; a share from somewhat below the worst to 100. */
function domainOf({ target, holds }: Row, points: readonly Point[]): [number, number] {
  const values = [...points.map(({ value }) => value), ...(target === undefined ? [] : [target])];
  const most = Math.max(...values);
  if (holds === "most") return [0, most * 1.25 || 1];
  const least = Math.min(...values);
  return [Math.max(0, least - Math.max(0.05, (100 - least) * 0.25)), 100];
}

function describe({ title, unit, target, holds }: Row, points: readonly Point[]): string {
  const values = points.map(({ value }) => value);
  const say = (value: number) => sayValue(value, unit);
  const range = `${title} in ${points.length} checks: from ${say(Math.min(...values))} to ${say(Math.max(...values))}, last ${say(values.at(-1) ?? 0)}`;
  return target === undefined ? range : `${range}; target ${sayTarget({ target, unit, holds })}`;
}
