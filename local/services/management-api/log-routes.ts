import type { Hono } from "hono";
import type { Store } from "../../state/store.ts";
import type { FunctionCall } from "../functions/calls.ts";
import { answer, notFound } from "./answers.ts";

/** What can be asked of a call, as Supabase's log explorer names it. */
const fields: Readonly<Record<string, (call: FunctionCall) => unknown>> = {
  // Microseconds, as BigQuery counts.
  timestamp: ({ at }) => at * 1000,
  "m.execution_time_ms": ({ milliseconds }) => milliseconds,
  "response.status_code": ({ status }) => status,
  "request.method": ({ method }) => method,
  "request.pathname": ({ path }) => path,
};

const query = new RegExp(
  [
    /select (?<list>.+?) from function_edge_logs/,
    /(?: cross join unnest\((?:metadata|m\.\w+)\) as \w+)*/,
    /(?: order by timestamp desc)?(?: limit (?<limit>\d+))?/,
  ]
    .map(({ source }) => source)
    .join("")
    .replace(/^/, "^")
    .replace(/$/, "$"),
  "i",
);
/** Rows that one answer has at most. */
const most = 1000;

/** The project's logs: `GET /v1/projects/{ref}/analytics/endpoints/logs.all`. */
export function addLogRoute(app: Hono, store: Store, calls: () => readonly FunctionCall[]): void {
  app.get("/v1/projects/:ref/analytics/endpoints/logs.all", (context) => {
    if (!store.collection("projects").get(context.req.param("ref"))) return answer(notFound("Project"));
    const { sql = "", iso_timestamp_start: from, iso_timestamp_end: to } = context.req.query();
    // Without a time, the last minute.
    const until = to ? Date.parse(to) : Date.now();
    const since = from ? Date.parse(from) : until - 60_000;
    if (Number.isNaN(until) || Number.isNaN(since))
      return context.json({ message: "iso_timestamp_start and iso_timestamp_end must be ISO times" }, 400);
    if (until - since > 24 * 3600_000)
      return context.json({ message: "the time between them must be no more than 24 hours" }, 400);

    const { list = "", limit = most } = query.exec(sql.trim().replace(/\s+/g, " "))?.groups ?? {};
    const columns = list.split(",").map((column) => {
      const [expression = "", name = expression.split(".").at(-1) ?? ""] = column.trim().split(/ as /i);
      return { name, value: fields[expression] };
    });
    if (columns.some(({ value }) => value === undefined))
      return context.json({ result: null, error: "the local target does not know this query" });
    const rows = calls()
      .filter(({ at }) => at >= since && at <= until)
      .reverse()
      .slice(0, Math.min(Number(limit), most))
      .map((call) => Object.fromEntries(columns.map(({ name, value }) => [name, value?.(call)])));
    return context.json({ result: rows, error: null });
  });
}
