import type { Source } from "./source.ts";

/** What is used in a month and metered by a vendor. */
export const uses = [
  "objectStorage",
  "classA",
  "classB",
  "mediaEgress",
  "imageTransformations",
  "database",
  "databaseConnections",
  "activeUsers",
  "egress",
  "cachedEgress",
  "invocations",
  "realtimeConnections",
  "realtimeMessages",
  "redisCommands",
  "redisStorage",
  "webTransfer",
  "emails",
] as const;
export type Use = (typeof uses)[number];

/** What a number of units costs. */
export interface Rate {
  /** US dollars for {@link per} units. */
  readonly usd: number;
  /** Units that the price is for. */
  readonly per: number;
  /** Whether use is rounded up to the whole of {@link per}; default: charged in proportion. */
  readonly wholeUnits?: boolean;
}

/** One thing that a vendor measures on one plan. */
export interface Meter {
  /** As a person reads it, such as `R2 storage`; also the label of its cost. */
  readonly name: string;
  /** What is counted, such as `GB-month` or `operations`. */
  readonly unit: string;
  /** Units a month that cost nothing more; `"unknown"` where a contract says. */
  readonly included: number | "unknown";
  /** What is paid beyond them: `"none"` where no more is sold, so that more is refused. */
  readonly rate: Rate | "free" | "none" | "unknown";
  /** Units beyond which all is refused, whatever is paid; default: {@link included} where no more is sold. */
  readonly most?: number;
  /** What moves that limit without another plan, in words. */
  readonly raise?: string;
  readonly source: Source;
}

/** Units from which on a meter refuses; Infinity where it never does or nobody knows. */
export function wallOf({ included, rate, most }: Meter): number {
  return most ?? (rate === "none" && included !== "unknown" ? included : Infinity);
}
