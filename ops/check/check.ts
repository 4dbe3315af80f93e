import type { VendorClients } from "../vendors/clients.ts";
import { measureApi } from "./api.ts";
import { measureCdn } from "./cdn.ts";
import { measureFunctionErrors } from "./function-errors.ts";
import type { CheckRecord } from "./history.ts";
import { measureImages } from "./images.ts";
import { judge, type Measurement, type MetricName, type Row } from "./metric.ts";
import { measurePage } from "./page-load.ts";
import { measureQueries } from "./queries.ts";
import { whatAnswers, type Reachable } from "./reachable.ts";
import type { Site } from "./site.ts";
import { oneLine } from "./text.ts";
import { measureUptime } from "./uptime.ts";

/** What a check found, and what it leaves to the next. */
export interface CheckResult {
  readonly stack: string;
  readonly rows: readonly Row[];
  readonly record: CheckRecord;
}

export interface CheckOptions {
  readonly site: Site;
  /** Of the stack's target; what needs one that is not there is not measured. */
  readonly vendors: Pick<VendorClients, "cloudflare" | "supabase">;
  /** Earlier checks of this stack, oldest first. */
  readonly earlier: readonly CheckRecord[];
  /** Is told what is being measured. */
  readonly progress?: (doing: string) => void;
}

/**
 * Measures a running stack, one thing after the other, so that none waits for another. What cannot be measured keeps
 * nothing else from being measured.
 */
export async function checkStack(options: CheckOptions): Promise<CheckResult> {
  const { site, vendors, earlier, progress = () => {} } = options;
  const { settings } = site;
  const time = new Date().toISOString();
  progress("which hosts answer");
  const reachable = await whatAnswers(site);
  const up = { app: !reachable.app, api: !reachable.api, media: !reachable.media };
  const measured = <T>(hosts: readonly Host[], measure: () => Promise<T>) =>
    unlessDown(reachable, hosts, measure);

  progress("page load");
  const page = await measured(["app"], () => measurePage(site.app));
  progress("API");
  const api = await measured(["api"], () => measureApi(site));
  progress("pictures");
  const pictures = await measured(["api", "media"], () => measureImages(site));
  progress("database");
  const query = await measureQueries(site.databaseUrl, lastCounters(earlier));
  progress("CDN");
  const zone = { zoneId: settings.cloudflare.zoneId, mediaHost: settings.media.host };
  const cdn = await measured([], () => measureCdn(vendors.cloudflare, zone));

  progress("functions");
  const functionErrors = await measured([], () => measureFunctionErrors(vendors.supabase, site.projectRef));

  const uncacheable = "load" in pictures ? pictures.uncacheable : undefined;
  const { hitRate, bandwidth } = "hitRate" in cdn ? cdn : { hitRate: cdn, bandwidth: cdn };
  const found: Record<MetricName, Measurement> = {
    page,
    api,
    image: "load" in pictures ? pictures.load : pictures,
    query: query.measurement,
    hitRate: { ...hitRate, ...(uncacheable !== undefined && { fault: uncacheable }) },
    bandwidth,
    functionErrors,
    uptime: measureUptime(earlier, { time, up }, reachable),
  };
  const rows = Object.entries(found).map(([metric, measurement]) =>
    judge(metric as MetricName, measurement, settings.objectives),
  );
  return {
    stack: settings.stack,
    rows,
    record: {
      time,
      stack: settings.stack,
      values: Object.fromEntries(
        rows.flatMap(({ metric, now }) => (now === undefined ? [] : [[metric, now]])),
      ),
      up,
      ...(query.counters && { statements: query.counters }),
    },
  };
}

type Host = keyof Reachable;

/**
 * Measures what needs hosts that answer; else says which does not: the row of the uptime tells of it. An answer that
 * nobody has thought of must not take the other rows with it.
 */
async function unlessDown<T>(
  reachable: Reachable,
  hosts: readonly Host[],
  measure: () => Promise<T>,
): Promise<T | { readonly unmeasured: string }> {
  const down = hosts.find((host) => reachable[host] !== undefined);
  if (down) return { unmeasured: `${down} is down` };
  try {
    return await measure();
  } catch (error) {
    return { unmeasured: oneLine((error as Error).message) };
  }
}

function lastCounters(earlier: readonly CheckRecord[]) {
  const last = earlier.findLast(({ statements }) => statements !== undefined);
  return last?.statements && { time: Date.parse(last.time), counters: last.statements };
}
