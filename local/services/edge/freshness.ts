import CachePolicy from "http-cache-semantics";
import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { CacheSettings } from "./cache-settings.ts";
import { secondsOf } from "./cache-settings.ts";
import { numberOf, objectAt } from "./parameters.ts";

/** Seconds that an answer without `Cache-Control` and `Expires` is kept, by status. */
const defaultTtls: Readonly<Record<number, number>> = {
  200: 7200,
  206: 7200,
  301: 7200,
  302: 1200,
  303: 1200,
  404: 180,
  410: 180,
};

export type Headers = Readonly<Record<string, string>>;

/** For how many seconds the edge keeps an answer; 0 when it does not. */
export function edgeTtl(
  settings: CacheSettings,
  request: RuleRequest,
  status: number,
  headers: Headers,
): number {
  const byStatus = statusTtl(settings, status);
  if (byStatus !== undefined) return Math.max(0, byStatus);
  const override = settings.edgeTtl.mode === "override_origin" ? secondsOf(settings.edgeTtl) : undefined;
  if (override !== undefined) return status < 400 ? override : (defaultTtls[status] ?? 0);
  if (headers["set-cookie"] !== undefined) return 0;
  const policy = new CachePolicy(
    { url: request.path, method: "GET", headers: authorization(request) },
    { status, headers: { ...headers } },
    { shared: true, cacheHeuristic: 0 },
  );
  const silent = headers["cache-control"] === undefined && headers.expires === undefined;
  // The policy's clock runs on between the two calls: rounded, a minute stays a minute.
  if (!silent) return policy.storable() ? Math.round(policy.timeToLive() / 1000) : 0;
  if (settings.edgeTtl.mode === "bypass_by_default" || request.headers.has("authorization")) return 0;
  return defaultTtls[status] ?? 0;
}

/** The `Cache-Control` that the browser gets, for an answer that may be kept. */
export function browserCacheControl(
  settings: CacheSettings,
  headers: Headers,
  zoneTtl: number,
): string | undefined {
  const own = headers["cache-control"];
  switch (settings.browserTtl.mode) {
    case "override_origin":
      return `max-age=${secondsOf(settings.browserTtl) ?? zoneTtl}`;
    case "bypass":
      return "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0";
    case "respect_origin":
      return own;
  }
  // Without a rule the zone's setting is the least that browsers are told; 0 respects the origin.
  const maxAge = Number(/\bmax-age=(\d+)/.exec(own ?? "")?.[1] ?? 0);
  const forbidden = /no-store|no-cache|private/.test(own ?? "");
  return zoneTtl === 0 || forbidden || maxAge >= zoneTtl ? own : `max-age=${zoneTtl}`;
}

function statusTtl(settings: CacheSettings, status: number): number | undefined {
  const rules = Array.isArray(settings.edgeTtl.statusCodeTtls)
    ? (settings.edgeTtl.statusCodeTtls as unknown[])
    : [];
  const fitting = rules.find((rule) => {
    const { from, to } = objectAt(rule, "statusCodeRange");
    if (from === undefined && to === undefined) return objectAt(rule).statusCode === status;
    return status >= (numberOf(from) ?? 100) && status <= (numberOf(to) ?? 999);
  });
  return numberOf(objectAt(fitting).value);
}

function authorization(request: RuleRequest): Record<string, string> {
  const value = request.headers.get("authorization")?.[0];
  return value === undefined ? {} : { authorization: value };
}
