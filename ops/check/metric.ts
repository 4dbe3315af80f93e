import type { Settings } from "../../infra/settings/settings.ts";

/** What is measured: the scaling guide's targets, and what it watches at the CDN. */
export const metrics = {
  page: { title: "Page load", unit: "ms", objective: "pageMilliseconds", holds: "most" },
  api: { title: "API response", unit: "ms", objective: "apiMilliseconds", holds: "most" },
  image: { title: "Image load", unit: "ms", objective: "imageMilliseconds", holds: "most" },
  query: { title: "Database query", unit: "ms", objective: "queryMilliseconds", holds: "most" },
  hitRate: { title: "Cache hit rate", unit: "%", objective: "hitRatePercent", holds: "least" },
  bandwidth: { title: "Bandwidth, 24 hours", unit: "bytes", objective: undefined, holds: "most" },
  functionErrors: {
    title: "Function errors, 24 hours",
    unit: "%",
    objective: "functionErrorPercent",
    holds: "most",
  },
  uptime: { title: "Uptime, 30 days", unit: "%", objective: "uptimePercent", holds: "least" },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
export type Unit = "ms" | "%" | "bytes";

interface Metric {
  readonly title: string;
  readonly unit: Unit;
  /** Key of `lavlay:objectives`; undefined for what is told and not judged. */
  readonly objective: keyof Settings["objectives"] | undefined;
  /** Whether the objective is the most or the least that the value may be. */
  readonly holds: "most" | "least";
}

/** What a measurement found. */
export interface Measurement {
  /** What is held against the objective, in the metric's unit. */
  readonly now?: number;
  /** Median and 95th percentile of all that was timed, ms. */
  readonly p50?: number;
  readonly p95?: number;
  /** What weighs most: the slowest route, picture or query, the heaviest file. */
  readonly culprit?: string;
  /** Something that is wrong whatever the value: a route that answers 500, a picture that is never cached. */
  readonly fault?: string;
  /** Why there is no value. */
  readonly unmeasured?: string;
}

/** `told` is for what has no objective. */
export type Verdict = "met" | "missed" | "unmeasured" | "told";

/** One line of the table "target / current". */
export interface Row extends Measurement {
  readonly metric: MetricName;
  readonly title: string;
  readonly unit: Unit;
  readonly target?: number;
  /** Whether the target is the most or the least. */
  readonly holds: "most" | "least";
  readonly verdict: Verdict;
}

/** Holds a measurement against its objective. */
export function judge(metric: MetricName, measurement: Measurement, objectives: Settings["objectives"]): Row {
  const { title, unit, objective, holds } = metrics[metric];
  const target = objective && objectives[objective];
  const row = { metric, title, unit, holds, ...(target !== undefined && { target }), ...measurement };
  return { ...row, verdict: verdictOf(measurement, target, holds) };
}

function verdictOf(
  { now, fault }: Measurement,
  target: number | undefined,
  holds: "most" | "least",
): Verdict {
  if (fault !== undefined) return "missed";
  if (now === undefined) return "unmeasured";
  if (target === undefined) return "told";
  return meets(now, target, holds) ? "met" : "missed";
}

/** Whether a value is as the target wants it. */
export function meets(value: number, target: number, holds: "most" | "least"): boolean {
  return holds === "most" ? value <= target : value >= target;
}
