import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { MetricName } from "./metric.ts";

const number = z.number();

/** One check, as a line of the history. A key that a later version added is kept out, not complained of. */
const recordSchema = z.object({
  /** ISO time. */
  time: z.iso.datetime(),
  stack: z.string(),
  /** What was measured, by metric. */
  values: z.record(z.string(), number),
  /** Whether app, API and media answered. */
  up: z.object({ app: z.boolean(), api: z.boolean(), media: z.boolean() }),
  /** The statements' counters, from which the next check subtracts. */
  statements: z.record(z.string(), z.tuple([number, number])).optional(),
});

type Parsed = z.output<typeof recordSchema>;

export interface CheckRecord extends Omit<Parsed, "values"> {
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
}

/** A history, and how many of its lines are not readable: one that was cut off, or another file's. */
export interface History {
  readonly checks: readonly CheckRecord[];
  readonly damaged: number;
}

/** The checks of a stack, oldest first. A file that is not there yet has none. */
export function readHistory(file: string, stack: string): History {
  return parseHistory(existsSync(file) ? readFileSync(file, "utf8") : "", stack);
}

export function parseHistory(text: string, stack: string): History {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const parsed = lines.map(parseLine);
  const checks = parsed.filter((check) => check?.stack === stack) as CheckRecord[];
  return {
    checks: checks.sort((left, right) => Date.parse(left.time) - Date.parse(right.time)),
    damaged: parsed.filter((check) => check === undefined).length,
  };
}

function parseLine(line: string): Parsed | undefined {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Adds one line. After one that was cut off it begins on a line of its own. */
export function appendHistory(file: string, check: CheckRecord): void {
  const cutOff = existsSync(file) && !/(^|\n)$/.test(readFileSync(file, "utf8"));
  appendFileSync(file, `${cutOff ? "\n" : ""}${JSON.stringify(check)}\n`);
}
