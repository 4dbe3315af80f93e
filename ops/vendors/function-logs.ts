import { percentile } from "../check/percentile.ts";
import type { VendorClient } from "./client.ts";

/** How a function did of late. */
export interface FunctionStatistics {
  readonly slug: string;
  readonly calls: number;
  /** Calls that were answered 5xx: the function or its platform failed. */
  readonly errors: number;
  /** 95 of 100 calls were answered within these. */
  readonly p95Milliseconds: number;
}

interface Row {
  readonly pathname: string;
  readonly status_code: number;
  readonly execution_time_ms: number;
}

/** Rows that Supabase gives at most. */
const most = 1000;
const sql = `select request.pathname, response.status_code, m.execution_time_ms from function_edge_logs
cross join unnest(metadata) as m cross join unnest(m.request) as request cross join unnest(m.response) as response
order by timestamp desc limit ${most}`;

/**
 * The edge functions' errors and latency by the platform's log of the last `hours` (24 at most), of the last 1,000 calls
 * where there were more; the functions with most errors first.
 * @throws VendorRefusal
 */
export async function functionStatistics(
  supabase: VendorClient,
  ref: string,
  hours: number,
): Promise<FunctionStatistics[]> {
  const now = Date.now();
  const { result, error } = await supabase.call<{ result: readonly Row[] | null; error: unknown }>(
    `/v1/projects/${ref}/analytics/endpoints/logs.all`,
    {
      query: {
        sql,
        iso_timestamp_start: new Date(now - hours * 3600_000).toISOString(),
        iso_timestamp_end: new Date(now).toISOString(),
      },
    },
  );
  if (!result) throw new Error(`Supabase's logs cannot be read: ${JSON.stringify(error)}`);
  const bySlug = new Map<string, Row[]>();
  for (const row of result) {
    const slug = /^\/functions\/v1\/([^/]+)|^\/([^/]+)/.exec(row.pathname)?.slice(1).find(Boolean);
    if (slug) bySlug.set(slug, [...(bySlug.get(slug) ?? []), row]);
  }
  return [...bySlug]
    .map(([slug, rows]) => ({
      slug,
      calls: rows.length,
      errors: rows.filter(({ status_code }) => status_code >= 500).length,
      p95Milliseconds: percentile(
        rows.map(({ execution_time_ms }) => execution_time_ms),
        0.95,
      ),
    }))
    .sort((a, b) => b.errors - a.errors || b.p95Milliseconds - a.p95Milliseconds);
}
