import pc from "picocolors";
import type { Row, Verdict } from "./metric.ts";
import { oneLine, sayMilliseconds, sayTarget, sayValue, sayWhy } from "./text.ts";

const signs: Readonly<Record<Verdict, string>> = {
  met: "ok",
  missed: "MISSED",
  unmeasured: "not measured",
  told: "",
};

const colours: Readonly<Record<Verdict, (text: string) => string>> = {
  met: pc.green,
  missed: pc.red,
  unmeasured: pc.yellow,
  told: (text) => text,
};

/** The table "target / current" for a terminal; what weighs most stands last, since it has no fixed width. */
export function printRows(rows: readonly Row[]): string {
  const heading = ["", "target", "now", "p50", "p95", "", "slowest, heaviest, or why"];
  const cells = rows.map((row) => {
    const { title, unit, now, p50, p95, verdict } = row;
    const times = [p50, p95].map((value) => (value === undefined ? "" : sayMilliseconds(value)));
    return [
      title,
      sayTarget(row),
      now === undefined ? "" : sayValue(now, unit),
      ...times,
      signs[verdict],
      oneLine(sayWhy(row), 240),
    ];
  });
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[], colour = (text: string) => text) =>
    row
      .map((cell, column) => {
        const padded = column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        return column === 5 ? colour(padded) : padded;
      })
      .join("  ")
      .trimEnd();
  return [line(heading, pc.dim), ...cells.map((row, index) => line(row, colours[rows[index]!.verdict]))].join(
    "\n",
  );
}

/** One line for each missed objective, for a log that is read from its end. */
export function printMissed(rows: readonly Row[]): string[] {
  return rows
    .filter(({ verdict }) => verdict === "missed")
    .map((row) => {
      const value = row.now === undefined ? "no answer" : sayValue(row.now, row.unit);
      return `${row.title}: ${value}, target ${sayTarget(row)}. ${oneLine(sayWhy(row), 240)}`;
    });
}
