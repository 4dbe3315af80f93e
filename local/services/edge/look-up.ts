import { buffer } from "node:stream/consumers";
import type { RuleRequest } from "../../../catalog/rules-language/index.ts";
import type { EdgeCache, Entry } from "./cache.ts";
import type { CacheSettings } from "./cache-settings.ts";
import { edgeTtl } from "./freshness.ts";
import type { OriginAnswer } from "./origin.ts";

/** How an answer was come by: what `cf-cache-status` says. */
export type CacheStatus =
  "HIT" | "MISS" | "EXPIRED" | "REVALIDATED" | "STALE" | "UPDATING" | "BYPASS" | "DYNAMIC";

/** An answer from the cache or the origin. */
export interface Fetched {
  readonly answer: OriginAnswer;
  readonly status: CacheStatus;
  /** Seconds since the answer was kept, where it comes from the cache. */
  readonly age?: number | undefined;
}

/** With what the cache rules say of it. */
export interface Found extends Fetched {
  readonly settings: CacheSettings;
}

/** Looks an answer up in the cache, and where it is not there or too old, fills the cache from the origin. */
export type LookUp = (
  request: RuleRequest,
  settings: CacheSettings,
  toOrigin: () => Promise<OriginAnswer>,
) => Promise<Fetched>;

/** @param entryBytes bytes of the largest content kept; larger is passed through */
export function lookUpIn(cache: EdgeCache, entryBytes: number): LookUp {
  /** Fetches under way by cache key: whoever asks meanwhile waits for the same. */
  const fetching = new Map<string, Promise<Fetched>>();

  const lookUp: LookUp = async (request, settings, toOrigin) => {
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

  return lookUp;
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
