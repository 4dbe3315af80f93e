import type { Row, Unit } from "./metric.ts";

const bytesUnits = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes as people say them, such as `5.2 MB`; a kB is 1,000 of them. */
export function sayBytes(bytes: number): string {
  const power = Math.min(bytesUnits.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${Number(value.toFixed(power === 0 || value >= 100 ? 0 : 1))} ${bytesUnits[power]}`;
}

/** A whole number as people say it, such as `1,204,112`. */
export const sayCount = (count: number) => count.toLocaleString("en");

/** Milliseconds as people say them: `4.2 ms`, `180 ms`, `2.31 s`. */
export function sayMilliseconds(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toFixed(2))} s`;
  return `${ms >= 10 ? Math.round(ms) : Number(ms.toPrecision(2))} ms`;
}

/** A share in percent, never rounded up to what it does not reach: 99.996 stays below 100. */
export function sayPercent(percent: number): string {
  return `${Math.floor(percent * 100 + 1e-6) / 100} %`;
}

export function sayValue(value: number, unit: Unit): string {
  if (unit === "ms") return sayMilliseconds(value);
  return unit === "%" ? sayPercent(value) : sayBytes(value);
}

/** The objective, such as `≤ 200 ms`; nothing for what is not judged. */
export function sayTarget({ target, unit, holds }: Pick<Row, "target" | "unit" | "holds">): string {
  if (target === undefined) return "";
  return `${holds === "least" ? "≥" : "≤"} ${sayValue(target, unit)}`;
}

/** What is to be known of a row beside its numbers: why it is missed or not measured, else what weighs most. */
export function sayWhy({ unmeasured, fault, culprit }: Row): string {
  if (fault !== undefined) return culprit === undefined ? fault : `${fault}; ${culprit}`;
  return culprit ?? unmeasured ?? "";
}

/** Control characters, and those that turn the direction of what follows. */
const STEERING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu;

/** For texts of others that go to a terminal: one line, without what steers a terminal, not longer than this. */
export function oneLine(text: string, most = 160): string {
  const line = text.replace(STEERING, " ").replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
