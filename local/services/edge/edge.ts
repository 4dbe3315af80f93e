import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { CorsRule, Model } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { corsHeaders, preflightHeaders } from "../http/cors.ts";
import type { OriginHealth } from "../load-balancer/health.ts";
import { proxy } from "../load-balancer/proxy.ts";
import { balancerOf, type LoadBalancer } from "../load-balancer/records.ts";
import { destinationOf } from "../load-balancer/steering.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { sendAnswer } from "./answer.ts";
import { EdgeCache } from "./cache.ts";
import type { Entry, Purge } from "./cache.ts";
import { cacheSettings } from "./cache-settings.ts";
import type { CacheSettings } from "./cache-settings.ts";
import { browserCacheControl, edgeTtl } from "./freshness.ts";
import { ImageError, isImageRequest, readImageRequest } from "./image-options.ts";
import { imageErrorAnswer, preferredFormat, transformImage } from "./image-transform.ts";
import { Transformations } from "./image-usage.ts";
import { firewall } from "./mitigation.ts";
import type { Mitigation } from "./mitigation.ts";
import { fetchObject } from "./origin.ts";
import type { OriginAnswer } from "./origin.ts";
import { RateLimiter } from "./rate-limit.ts";
import { readRequest } from "./request.ts";
import { transformHeaders } from "./response-headers.ts";
import { Counters } from "./statistics.ts";
import type { EdgeStatistics } from "./statistics.ts";
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

type CacheStatus = "HIT" | "MISS" | "EXPIRED" | "REVALIDATED" | "STALE" | "UPDATING" | "BYPASS" | "DYNAMIC";

/** Seconds browsers are told to keep what the edge may keep, unless the zone's setting says otherwise. */
const defaultBrowserTtl = 14_400;
/** Seconds that a transformed picture is kept at least. */
const leastImageTtl = 3600;

/** Runs a request through the zone's phases in Cloudflare's order: firewall, rate limit, cache, origin, response headers. */
export function createEdge(options: EdgeOptions): Edge {
  const { store, objectStore, health, now = Date.now } = options;
  const entryBytes = options.entryBytes ?? 64 * 2 ** 20;
  const cache = new EdgeCache(options.cacheBytes ?? 256 * 2 ** 20);
  const limiter = new RateLimiter();
  const transformations = new Transformations();
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
  const rulesets = store.collection("rulesets");
  const bucketCors = store.collection("r2BucketCors");
  const zoneSettings = store.collection("zoneSettings");
  /** Fetches under way by cache key: whoever asks meanwhile waits for the same. */
  const fetching = new Map<string, Promise<Fetched>>();

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
    const phase = (name: string) => rulesets.get(`${zoneId}/${name}`);

    const denied = firewall(phase("http_request_firewall_custom"), request);
    if (denied) counters.blocked++;
    const limited = denied ? undefined : limiter.check(phase("http_ratelimit"), request);
    if (limited) counters.rateLimited++;
    const mitigation = denied ?? limited;
    if (mitigation) return refuse(response, mitigation);

    if (balancer) return passOn(balancer, request, message, response);
    if (domain) return serve(domain, request, message, response);
  };

  /** The API behind a load balancer: passed on as it is, never cached. */
  const passOn = (
    balancer: LoadBalancer,
    request: RuleRequest,
    message: IncomingMessage,
    response: ServerResponse,
  ): void => {
    const destination = destinationOf(store, health, balancer, request);
    if (!destination) {
      return refuse(response, { status: 530, headers: {}, body: "Error 1016: no origin.\n" });
    }
    if ("fixed" in destination) {
      const { statusCode = 200, messageBody = "", contentType = "text/plain" } = destination.fixed;
      return refuse(response, {
        status: statusCode,
        headers: { "content-type": contentType },
        body: messageBody,
      });
    }
    const { zoneId } = balancer;
    limiter.countOrigin(rulesets.get(`${zoneId}/http_ratelimit`), request);
    proxy(destination.origin, message, response, (status, headers) =>
      transformHeaders(rulesets.get(`${zoneId}/http_response_headers_transform`), request, status, headers),
    );
    response.on("finish", () => note(zoneId, request, "DYNAMIC", 0));
  };

  /** A bucket's object, from the cache or from the bucket. */
  const serve = async (
    domain: Model["r2CustomDomains"],
    request: RuleRequest,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const phase = (name: string) => rulesets.get(`${domain.zoneId}/${name}`);
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

  const settingsOf = (zoneId: string, request: RuleRequest): CacheSettings =>
    cacheSettings(rulesets.get(`${zoneId}/http_request_cache_settings`), request);

  const stored = async (domain: Model["r2CustomDomains"], request: RuleRequest): Promise<Found> => {
    const settings = settingsOf(domain.zoneId, request);
    const toOrigin = () => {
      limiter.countOrigin(rulesets.get(`${domain.zoneId}/http_ratelimit`), request);
      return fetchObject(objectStore, domain.bucket, request.path);
    };
    return { ...(await lookUp(request, settings, toOrigin)), settings };
  };

  /** A picture made of another: both are kept, and purged with the other. */
  const transformed = async (zoneId: string, request: RuleRequest): Promise<Found> => {
    try {
      const { options, source } = readImageRequest(request);
      const domain = domains.get(source.host);
      if (!domain?.enabled || domain.zoneId !== zoneId) {
        throw new ImageError(9407, 502, `${source.host} is no media host of this zone.`);
      }
      // Rules are run for the source too.
      if (firewall(rulesets.get(`${zoneId}/http_request_firewall_custom`), source)) {
        throw new ImageError(9408, 403, "A firewall rule refuses the source.");
      }
      const settings = settingsOf(zoneId, source);
      const format = preferredFormat(options, request.headers.get("accept")?.join() ?? "");
      const key = [settings.key, JSON.stringify(options), format].join("\n");
      const make = async (): Promise<OriginAnswer> => {
        try {
          transformations.take(key, request.time);
          return await transformImage((await stored(domain, source)).answer, options, format);
        } catch (error) {
          return imageErrorAnswer(error);
        }
      };
      const kept = { ...settings, key, eligibility: "eligible", leastTtl: leastImageTtl } as const;
      const found = await lookUp(source, kept, make);
      const answer =
        options.redirectOnError && found.answer.status >= 400
          ? { ...found.answer, status: 302, headers: { ...found.answer.headers, location: source.path } }
          : found.answer;
      return { ...found, answer, settings };
    } catch (error) {
      return { answer: imageErrorAnswer(error), status: "DYNAMIC", settings: settingsOf(zoneId, request) };
    }
  };

  /** An answer from the cache or the origin, and how it was come by. */
  const lookUp = async (
    request: RuleRequest,
    settings: CacheSettings,
    toOrigin: () => Promise<OriginAnswer>,
  ): Promise<Fetched> => {
    if (settings.eligibility !== "eligible") {
      return { answer: await toOrigin(), status: settings.eligibility === "bypass" ? "BYPASS" : "DYNAMIC" };
    }
    const { key } = settings;
    const entry = cache.get(key);
    if (entry && request.time < entry.expires) return fromCache(entry, "HIT", request.time);
    const underWay = fetching.get(key);
    if (entry && underWay && settings.staleWhileUpdating) return fromCache(entry, "UPDATING", request.time);
    if (underWay) {
      const fetched = await underWay;
      // What may not be kept was made for the one who asked, and its content may be read but once.
      const kept = cache.get(key);
      return kept && fetched.status !== "BYPASS"
        ? fromCache(kept, "HIT", request.time)
        : lookUp(request, settings, toOrigin);
    }
    const fetch = fill(request, settings, entry, toOrigin).finally(() => fetching.delete(key));
    fetching.set(key, fetch);
    return fetch;
  };

  const fill = async (
    request: RuleRequest,
    settings: CacheSettings,
    previous: Entry | undefined,
    toOrigin: () => Promise<OriginAnswer>,
  ): Promise<Fetched> => {
    let answer: OriginAnswer;
    try {
      answer = await toOrigin();
    } catch (error) {
      if (!previous) throw error;
      return fromCache(previous, "STALE", request.time);
    }
    const ttl = edgeTtl(settings, request, answer.status, answer.headers);
    const seconds = answer.status === 200 ? Math.max(ttl, settings.leastTtl ?? 0) : ttl;
    if (seconds === 0 || answer.size > entryBytes) {
      cache.delete(settings.key);
      return { answer, status: "BYPASS" };
    }
    const same =
      previous !== undefined &&
      previous.status === answer.status &&
      previous.headers.etag === answer.headers.etag;
    const unchanged = same && answer.headers.etag !== undefined;
    const entry: Entry = {
      status: answer.status,
      headers: answer.headers,
      body: unchanged ? previous.body : await whole(answer),
      host: request.host,
      path: request.path,
      url: request.query === "" ? request.path : `${request.path}?${request.query}`,
      stored: request.time,
      expires: request.time + seconds * 1000,
    };
    cache.set(settings.key, entry);
    const status = unchanged ? "REVALIDATED" : previous ? "EXPIRED" : "MISS";
    return { ...fromCache(entry, status, request.time), age: undefined };
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

/** With what the cache rules say of it. */
interface Found extends Fetched {
  readonly settings: CacheSettings;
}

interface Fetched {
  readonly answer: OriginAnswer;
  readonly status: CacheStatus;
  /** Seconds since the answer was kept, where it comes from the cache. */
  readonly age?: number | undefined;
}

function fromCache(entry: Entry, status: CacheStatus, time: number): Fetched {
  const { headers, body } = entry;
  const open = (start = 0, end = body.length - 1) => Promise.resolve(body.subarray(start, end + 1));
  const answer = { status: entry.status, headers, size: body.length, open };
  return { answer, status, age: Math.max(0, Math.floor((time - entry.stored) / 1000)) };
}

async function whole(answer: OriginAnswer): Promise<Buffer> {
  const content = await answer.open();
  return Buffer.isBuffer(content) ? content : buffer(content);
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

function refuse(response: ServerResponse, { status, headers, body }: Mitigation): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "private, max-age=0, no-store",
    ...headers,
    "content-length": Buffer.byteLength(body),
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}
