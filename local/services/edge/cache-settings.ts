import { extension } from "../../../catalog/rules-language/index.ts";
import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { Ruleset } from "../../state/model.ts";
import { numberOf, objectAt, stringsOf } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { matchingRules } from "./phase.ts";

/** What the cache rules of a zone (phase `http_request_cache_settings`) say of one request. */
export interface CacheSettings {
  /** `eligible`: kept as the origin or a rule says; `bypass`: a rule forbids it; `dynamic`: nobody asked for it. */
  readonly eligibility: "eligible" | "bypass" | "dynamic";
  readonly edgeTtl: Parameters;
  readonly browserTtl: Parameters;
  readonly key: string;
  /** Seconds for which what is found is kept at least, whatever is said of it; absent for none. */
  readonly leastTtl?: number;
  /** Serve what has expired while it is being fetched again. */
  readonly staleWhileUpdating: boolean;
}

/** What Cloudflare keeps without a rule. https://developers.cloudflare.com/cache/concepts/default-cache-behavior/ */
const staticExtensions = new Set(
  (
    "7z avi avif apk bin bmp bz2 class css csv doc docx dmg ejs eot eps exe flac gif gz ico iso jar jpg jpeg js mid " +
    "midi mkv mp3 mp4 ogg otf pdf pict pls png ppt pptx ps rar svg svgz swf tar tif tiff ttf webm webp woff woff2 " +
    "xls xlsx zip zst"
  ).split(" "),
);

/** Later rules override what earlier ones set, setting by setting. */
export function cacheSettings(ruleset: Ruleset | undefined, request: RuleRequest): CacheSettings {
  const merged: Record<string, unknown> = {};
  for (const { rule } of matchingRules(ruleset, request)) {
    if (rule.action === "set_cache_settings") Object.assign(merged, rule.actionParameters);
  }
  const byDefault = staticExtensions.has(extension(request.path)) || request.path === "/robots.txt";
  return {
    eligibility:
      merged.cache === false ? "bypass" : merged.cache === true || byDefault ? "eligible" : "dynamic",
    edgeTtl: objectAt(merged, "edgeTtl"),
    browserTtl: objectAt(merged, "browserTtl"),
    key: cacheKey(objectAt(merged, "cacheKey"), request),
    staleWhileUpdating: objectAt(merged, "serveStale").disableStaleWhileUpdating !== true,
  };
}

/** The address, and the `Origin`, so that no page gets an answer made for another; or what a rule makes of it. */
function cacheKey(settings: Parameters, request: RuleRequest): string {
  const custom = objectAt(settings, "customKey");
  const headers = objectAt(custom, "header");
  const origin = headers.excludeOrigin === true ? [] : ["origin"];
  const values = [...origin, ...stringsOf(headers.includes)].map((name) =>
    (request.headers.get(name.toLowerCase()) ?? []).join(","),
  );
  const query = queryOf(settings, request.query);
  return [`${request.host}${request.path}${query === "" ? "" : `?${query}`}`, ...values].join("\n");
}

function queryOf(settings: Parameters, query: string): string {
  const rule = objectAt(settings, "customKey", "queryString");
  const name = (pair: string) => pair.split("=")[0]!;
  const included = objectAt(rule, "include");
  const excluded = objectAt(rule, "exclude");
  let pairs = query.split("&").filter(Boolean);
  if (excluded.all === true) pairs = [];
  else if (rule.exclude !== undefined)
    pairs = pairs.filter((pair) => !stringsOf(excluded.lists).includes(name(pair)));
  else if (rule.include !== undefined && included.all !== true) {
    pairs = pairs.filter((pair) => stringsOf(included.lists).includes(name(pair)));
  }
  return (settings.ignoreQueryStringsOrder === true ? pairs.sort() : pairs).join("&");
}

/** Seconds, or undefined when the rule gives none. */
export function secondsOf(ttl: Parameters): number | undefined {
  return numberOf(ttl.default);
}
