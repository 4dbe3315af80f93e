import pc from "picocolors";
import { areas, type Finding, type Verdict } from "./finding.ts";

const marks: Readonly<Record<Verdict, string>> = {
  ok: pc.green("✓"),
  warn: pc.yellow("!"),
  fail: pc.red("✗"),
  unknown: pc.cyan("?"),
};

/** The findings for a terminal, area by area, each with what to do about it; the tally at the end. */
export function printFindings(stack: string, findings: readonly Finding[]): string {
  const shown = joined(findings);
  const width = Math.max(...shown.map(({ what }) => Math.min(what.length, 40)));
  const lines = areas.flatMap((area) => {
    const own = shown.filter((finding) => finding.area === area);
    return own.length === 0 ? [] : [pc.bold(area), ...own.flatMap((finding) => row(finding, width)), ""];
  });
  return [...lines, tally(stack, findings)].join("\n");
}

function row({ what, verdict, found, fix }: Finding, width: number): string[] {
  const line = `  ${marks[verdict]} ${what.padEnd(width)}  ${found}`;
  return fix ? [line, `    ${" ".repeat(width)}  ${pc.dim("→")} ${fix}`] : [line];
}

/** What could not be looked at for one and the same reason is one row. */
function joined(findings: readonly Finding[]): Finding[] {
  const rows: Finding[] = [];
  for (const finding of findings) {
    const at = rows.findIndex(
      ({ area, verdict, found, fix }) =>
        verdict === "unknown" &&
        finding.verdict === verdict &&
        area === finding.area &&
        found === finding.found &&
        fix === finding.fix,
    );
    const before = rows[at];
    if (before) rows[at] = { ...before, what: `${before.what}, ${finding.what}` };
    else rows.push(finding);
  }
  return rows;
}

function tally(stack: string, findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  const failing = count("fail");
  const verdict =
    failing > 0
      ? pc.red(`An update of ${stack} would fail: ${failing} to be put right first`)
      : pc.green(`Nothing is in the way of an update of ${stack}`);
  const rest = [
    ...(count("warn") > 0 ? [`${count("warn")} to know of`] : []),
    ...(count("unknown") > 0 ? [`${count("unknown")} could not be looked at`] : []),
    `${count("ok")} well`,
  ];
  return `${verdict}; ${rest.join(", ")}.`;
}
