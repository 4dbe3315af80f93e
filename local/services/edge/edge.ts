import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { CorsRule, Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { corsHeaders, preflightHeaders } from "../http/cors.ts";
import type { OriginHealth } from "../load-balancer/health.ts";
import { balancerOf } from "../load-balancer/records.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { refuse, sendAnswer } from "./answer.ts";
import { EdgeCache, type Purge } from "./cache.ts";
import { cacheSettings } from "./cache-settings.ts";
import { browserCacheControl } from "./freshness.ts";
import { isImageRequest } from "./image-options.ts";
import { transformedImages } from "./images.ts";
import { lookUpIn, type CacheStatus, type Found } from "./look-up.ts";
import { firewall } from "./mitigation.ts";
import { fetchObject } from "./origin.ts";
import { passOn } from "./pass-on.ts";
import { phasesOf } from "./phase.ts";
import { RateLimiter } from "./rate-limit.ts";
import { readRequest } from "./request.ts";
import { transformHeaders } from "./response-headers.ts";
import { Counters, type EdgeStatistics } from "./statistics.ts";
import { Traffic, type Answered } from "./traffic.ts";

export interface EdgeOptions {
  readonly store: Store;
  readonly objectStore: ObjectStore;
  /** Which origins of load balancers answer. */
  readonly health: OriginHealth;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
  /** Bytes of content kept in all. Default: 256 MiB. */
  readonly cacheBytes?: number;
  /** Bytes of the largest content kept. Default: 64 MiB. */
  readonly entryBytes?: number;
}

/** A Cloudflare zone: a listener for the hosts of its buckets and load balancers. */
export interface Edge extends RequestListener {
  statistics(): EdgeStatistics;
  /** The last answers, oldest first. */
  traffic(): readonly Answered[];
  /** Throws cached answers away; how many there were. */
  purge(what: Purge): number;
}

/** What of Cloudflare's edge is not imitated. */
export const notImitated: readonly string[] = [
  "Cloudflare: TLS, redirects to HTTPS and the TLS settings of a zone: recorded, served over HTTP",
  "Cloudflare: phases other than http_request_firewall_custom, http_ratelimit, http_request_cache_settings and http_response_headers_transform",
  "Cloudflare: challenges (answered with 403 and cf-mitigated), header values by expression",
  "Cloudflare: cache keys by cookie, device, country and language; cache deception armor, cache reserve, tiered cache",
  "Cloudflare: more than one data centre; the cache and the rate counters are lost at a restart",
  "Cloudflare: content above 64 MiB is passed through uncached (512 MB on Free)",
  "Cloudflare: proxied DNS records to origins other than R2 and load balancers' pools",
  "Cloudflare: load balancers' steering by region, latency or chance, session affinity, WebSockets; answers of theirs are not cached",
  "Cloudflare: image transformations by Workers, of sources outside the zone, and by other options than width, height, fit, quality, format and onerror; Polish",
  "Cloudflare: compression; regular expressions are JavaScript's",
];

/** Seconds browsers are told to keep what the edge may keep, unless the zone's setting says otherwise. */
const defaultBrowserTtl = 14_400;

/** Runs a request through the zone's phases in Cloudflare's order: firewall, rate limit, cache, origin, response headers. */
export function createEdge(options: EdgeOptions): Edge {
  const { store, objectStore, health, now = Date.now } = options;
  const cache = new EdgeCache(options.cacheBytes ?? 256 * 2 ** 20);
  const lookUp = lookUpIn(cache, options.entryBytes ?? 64 * 2 ** 20);
  const limiter = new RateLimiter();
  const counters = new Counters();
  const traffic = new Traffic();
  const note = (
    zoneId: string,
    { host, path, time }: RuleRequest,
    cacheStatus: CacheStatus,
    bytes: number,
  ) => {
    counters.answered(cacheStatus, bytes);
    traffic.note({ time, zoneId, host, path, cacheStatus, bytes });
  };
  const domains = store.collection("r2CustomDomains");
  const bucketCors = store.collection("r2BucketCors");
  const zoneSettings = store.collection("zoneSettings");

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    counters.requests++;
    response.setHeader("server", "cloudflare");
    response.setHeader("cf-ray", `${randomBytes(8).toString("hex")}-LOC`);
    const request = readRequest(message, now());
    const domain = request && domains.get(request.host);
    const balancer = request && !domain ? balancerOf(store, request.host) : undefined;
    if (!request) return refuse(response, { status: 400, headers: {}, body: "Bad request.\n" });
    const zoneId = balancer?.zoneId ?? (domain?.enabled ? domain.zoneId : undefined);
    if (zoneId === undefined) {
      return refuse(response, {
        status: 404,
        headers: {},
        body: `No enabled domain ${request.host} here.\n`,
      });
    }
    const phase = phasesOf(store, zoneId);

    const denied = firewall(phase("http_request_firewall_custom"), request);
    if (denied) counters.blocked++;
    const limited = denied ? undefined : limiter.check(phase("http_ratelimit"), request);
    if (limited) counters.rateLimited++;
    const mitigation = denied ?? limited;
    if (mitigation) return refuse(response, mitigation);

    if (balancer) {
      const onPassed = () => note(zoneId, request, "DYNAMIC", 0);
      return passOn(balancer, request, message, response, { store, health, limiter, onPassed });
    }
    if (domain) return serve(domain, request, message, response);
  };

  /** A bucket's object, and what the cache rules say of it. */
  const stored = async (domain: Model["r2CustomDomains"], request: RuleRequest): Promise<Found> => {
    const phase = phasesOf(store, domain.zoneId);
    const settings = cacheSettings(phase("http_request_cache_settings"), request);
    const toOrigin = () => {
      limiter.countOrigin(phase("http_ratelimit"), request);
      return fetchObject(objectStore, domain.bucket, request.path);
    };
    return { ...(await lookUp(request, settings, toOrigin)), settings };
  };
  const transformed = transformedImages({ store, lookUp, stored });

  /** A media host's answer: an object as it is stored, or a picture made of one. */
  const serve = async (
    domain: Model["r2CustomDomains"],
    request: RuleRequest,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const phase = phasesOf(store, domain.zoneId);
    const rules = bucketCors.get(domain.bucket)?.rules ?? [];
    if (request.method === "OPTIONS") return answerPreflight(message, response, rules);
    if (request.method !== "GET" && request.method !== "HEAD") {
      const headers = { allow: "GET, HEAD, OPTIONS" };
      return refuse(response, { status: 405, headers, body: `${request.method} is not allowed here.\n` });
    }

    const zoneTtl = zoneSettings.get(`${domain.zoneId}/browser_cache_ttl`)?.value;
    const resizing = zoneSettings.get(`${domain.zoneId}/image_resizing`)?.value;
    const { answer, status, age, settings } = isImageRequest(request, resizing)
      ? await transformed(domain.zoneId, request)
      : await stored(domain, request);
    const cacheControl =
      status === "DYNAMIC" || answer.status >= 400
        ? answer.headers["cache-control"]
        : browserCacheControl(
            settings,
            answer.headers,
            typeof zoneTtl === "number" ? zoneTtl : defaultBrowserTtl,
          );
    const headers = transformHeaders(phase("http_response_headers_transform"), request, answer.status, {
      ...answer.headers,
      ...(cacheControl === undefined ? {} : { "cache-control": cacheControl }),
      ...corsHeaders(rules, message.headers.origin, request.method),
      ...(age === undefined ? {} : { age: String(age) }),
      "cf-cache-status": status,
    });
    note(domain.zoneId, request, status, await sendAnswer(message, response, { ...answer, headers }));
  };

  const edge = (message: IncomingMessage, response: ServerResponse): void => {
    handle(message, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      console.error("edge:", error);
      refuse(response, { status: 500, headers: {}, body: "Error 500: the edge failed.\n" });
    });
  };
  return Object.assign(edge, {
    statistics: (): EdgeStatistics => {
      const { requests, bytes, rateLimited, blocked, cacheStatus } = counters;
      const cached = { answers: cache.size, bytes: cache.bytes };
      return { requests, bytes, rateLimited, blocked, cacheStatus: { ...cacheStatus }, cached };
    },
    traffic: () => traffic.answers(),
    purge: (what: Purge) => cache.purge(what),
  });
}

/** A preflight is never cached at the edge: the bucket answers it. */
function answerPreflight(
  message: IncomingMessage,
  response: ServerResponse,
  rules: readonly CorsRule[],
): void {
  const { origin } = message.headers;
  const method = message.headers["access-control-request-method"];
  const headers = preflightHeaders(rules, origin, method, message.headers["access-control-request-headers"]);
  response.setHeader("cf-cache-status", "DYNAMIC");
  if (headers) return void response.writeHead(204, headers).end();
  refuse(response, { status: 403, headers: { vary: "Origin" }, body: "This CORS request is not allowed.\n" });
}
