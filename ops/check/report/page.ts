import type { CheckRecord } from "../history.ts";
import type { Row, Verdict } from "../metric.ts";
import { sayMilliseconds, sayTarget, sayValue, sayWhy } from "../text.ts";
import { escape } from "./html.ts";
import { plotOverTime, pointsOf } from "./plot.ts";
import { style } from "./style.ts";

export interface Report {
  readonly stack: string;
  /** ISO time of the check. */
  readonly time: string;
  readonly rows: readonly Row[];
  /** All checks of the history, the present one last. */
  readonly checks: readonly CheckRecord[];
}

const words: Readonly<Record<Verdict, string>> = {
  met: "met",
  missed: "missed",
  unmeasured: "not measured",
  told: "",
};

/** The report as one HTML file that loads nothing. */
export function reportPage({ stack, time, rows, checks }: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Check of ${escape(stack)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Stack ${escape(stack)}: targets and what they are now</h1>
<p class="when"><time datetime="${escape(time)}">${escape(sayTime(time))}</time>, ${sayChecks(checks.length)}</p>
${summary(rows)}
<div class="card">
<table>
<caption>Each target with what was measured</caption>
<thead><tr><th scope="col">Metric</th><th scope="col" class="number">Target</th><th scope="col" class="number">Now</th><th scope="col" class="number percentile">p50</th><th scope="col" class="number percentile">p95</th><th scope="col">Verdict</th></tr></thead>
${rows.map(tableRows).join("\n")}
</table>
</div>
<h2>Over time</h2>
${plots(rows, checks)}
</main>
</body>
</html>
`;
}

const sayTime = (time: string) => `${time.slice(0, 16).replace("T", " ")} UTC`;

const sayChecks = (count: number) => (count === 1 ? "the first check" : `check ${count}`);

function summary(rows: readonly Row[]): string {
  const judged = rows.filter(({ target }) => target !== undefined);
  const titles = (verdict: Verdict) =>
    judged.filter((row) => row.verdict === verdict).map(({ title }) => title.split(",")[0]);
  const missed = titles("missed");
  const unmeasured = titles("unmeasured");
  const rest = unmeasured.length > 0 ? ` Not measured: ${unmeasured.join(", ")}.` : "";
  if (missed.length > 0)
    return mark(
      "missed",
      `${missed.length} of ${judged.length} targets missed: ${missed.join(", ")}.${rest}`,
    );
  if (unmeasured.length > 0)
    return mark(
      "unmeasured",
      `No target is missed, of ${judged.length - unmeasured.length} that were measured.${rest}`,
    );
  return mark("met", `All ${judged.length} targets are met.`);
}

const mark = (verdict: Verdict, text: string) => `<p class="summary ${verdict}-mark">${escape(text)}</p>`;

/** The numbers, and below them what weighs most: it may be long. */
function tableRows(row: Row): string {
  const { title, unit, now, p50, p95, verdict } = row;
  const why = sayWhy(row);
  const number = (text: string, extra = "") => `<td class="number${extra}">${escape(text)}</td>`;
  const time = (value: number | undefined) => (value === undefined ? "" : sayMilliseconds(value));
  return [
    `<tbody class="${verdict}"><tr><th scope="row">${escape(title)}</th>`,
    number(sayTarget(row)),
    number(now === undefined ? "" : sayValue(now, unit)),
    number(time(p50), " percentile"),
    number(time(p95), " percentile"),
    `<td>${words[verdict] && `<span class="verdict ${verdict}-mark">${words[verdict]}</span>`}</td></tr>`,
    why && `<tr><td class="why" colspan="6">${escape(why)}</td></tr>`,
    "</tbody>",
  ].join("");
}

function plots(rows: readonly Row[], checks: readonly CheckRecord[]): string {
  if (checks.length < 2)
    return `<p class="note">Plots begin with the second check: run it with --history FILE.</p>`;
  const figures = rows.flatMap((row) => {
    const points = pointsOf(row, checks);
    if (points.length === 0) return [];
    const { title, unit, now, verdict } = row;
    const value = now === undefined ? "" : sayValue(now, unit);
    const className = verdict === "missed" ? ' class="missed-text"' : "";
    return `<figure class="card"><figcaption><span>${escape(title)} <small>${escape(sayTarget(row))}</small></span><span${className}>${escape(value)}</span></figcaption>${plotOverTime(row, points)}</figure>`;
  });
  return `<p class="note">Each dot is a check, red where it missed the target, which is the dashed line.</p>
<div class="plots">${figures.join("\n")}</div>`;
}
