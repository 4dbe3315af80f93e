import type { CloudflareClient } from "../vendors/cloudflare.ts";
import { VendorRefusal } from "../vendors/refusal.ts";
import type { Measurement } from "./metric.ts";
import { oneLine, sayBytes, sayCount } from "./text.ts";

/** What the CDN did in the last 24 hours: more than a day in one query is not given on all plans. */
export interface CdnTraffic {
  readonly requests: number;
  readonly cachedRequests: number;
  readonly bytes: number;
  readonly cachedBytes: number;
  /** The path that came from the bucket most often, with how often. */
  readonly mostUncached?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Fewer requests than that are no rate. */
const FEWEST_REQUESTS = 50;

/** What Cloudflare's `cacheStatus` is when the cache has answered. */
const CACHED = ["hit", "stale", "updating", "revalidated"];

const BY_STATUS = `query Media($zoneTag: string, $filter: filter) {
  viewer {
    zones(filter: { zoneTag: $zoneTag }) {
      byStatus: httpRequestsAdaptiveGroups(limit: 50, orderBy: [count_DESC], filter: $filter) {
        count
        sum { edgeResponseBytes }
        dimensions { cacheStatus }
      }
      byPath: httpRequestsAdaptiveGroups(limit: 50, orderBy: [count_DESC], filter: $filter) {
        count
        dimensions { cacheStatus clientRequestPath }
      }
    }
  }
}`;

/** What every plan tells, of the whole zone. */
const BY_HOUR = `query Zone($zoneTag: string, $filter: filter) {
  viewer {
    zones(filter: { zoneTag: $zoneTag }) {
      httpRequests1hGroups(limit: 100, filter: $filter) {
        sum { requests cachedRequests bytes cachedBytes }
      }
    }
  }
}`;

interface ByStatus {
  byStatus: { count: number; sum: { edgeResponseBytes: number }; dimensions: { cacheStatus: string } }[];
  byPath: { count: number; dimensions: { cacheStatus: string; clientRequestPath: string } }[];
}
interface ByHour {
  httpRequests1hGroups: { sum: Omit<CdnTraffic, "mostUncached"> }[];
}

/** Hit rate and bandwidth of the media host; of the whole zone where its plan tells no more. */
export async function measureCdn(
  client: CloudflareClient | undefined,
  { zoneId, mediaHost, now = Date.now() }: { zoneId: string; mediaHost: string; now?: number },
): Promise<{ hitRate: Measurement; bandwidth: Measurement }> {
  if (!client) return both("CLOUDFLARE_API_TOKEN is not set");
  try {
    return sayTraffic(await readTraffic(client, zoneId, mediaHost, now));
  } catch (error) {
    if (error instanceof VendorRefusal) return both(oneLine(error.message));
    throw error;
  }
}

const both = (unmeasured: string) => ({ hitRate: { unmeasured }, bandwidth: { unmeasured } });

async function readTraffic(
  client: CloudflareClient,
  zoneTag: string,
  mediaHost: string,
  now: number,
): Promise<CdnTraffic> {
  const period = { datetime_geq: iso(now - DAY_MS), datetime_lt: iso(now + 1_000) };
  const filter = { ...period, clientRequestHTTPHost: mediaHost, requestSource: "eyeball" };
  try {
    return ofMedia(await query<ByStatus>(client, BY_STATUS, { zoneTag, filter }));
  } catch (error) {
    // Which datasets and fields a zone may ask is a matter of its plan.
    if (!(error instanceof VendorRefusal) || error.status === 401 || error.status === 0) throw error;
    const zone = await query<ByHour>(client, BY_HOUR, { zoneTag, filter: period }).catch(() => {
      throw error;
    });
    return ofZone(zone);
  }
}

const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");

/** @throws VendorRefusal also for an error that comes with status 200, as GraphQL has them */
async function query<Zone>(client: CloudflareClient, text: string, variables: object): Promise<Zone> {
  const { data, errors } = await client.body<{
    data?: { viewer: { zones: Zone[] } } | null;
    errors?: { message: string }[] | null;
  }>("/graphql", { method: "POST", body: { query: text, variables } });
  const [zone] = data?.viewer.zones ?? [];
  if (zone && !errors?.length) return zone;
  const words = errors?.map(({ message }) => message).join("; ") ?? "no such zone";
  throw new VendorRefusal("Cloudflare", 200, undefined, words, "POST /graphql");
}

function ofMedia({ byStatus, byPath }: ByStatus): CdnTraffic {
  const cached = byStatus.filter(({ dimensions }) => CACHED.includes(dimensions.cacheStatus));
  const bytes = ({ sum }: ByStatus["byStatus"][number]) => sum.edgeResponseBytes;
  // Once each has to.
  const [path] = byPath.filter(
    ({ count, dimensions }) => count > 1 && !CACHED.includes(dimensions.cacheStatus),
  );
  return {
    requests: total(byStatus, ({ count }) => count),
    cachedRequests: total(cached, ({ count }) => count),
    bytes: total(byStatus, bytes),
    cachedBytes: total(cached, bytes),
    ...(path && {
      mostUncached: `${path.dimensions.clientRequestPath} came from the bucket ${sayCount(path.count)} times (${path.dimensions.cacheStatus})`,
    }),
  };
}

function ofZone({ httpRequests1hGroups: hours }: ByHour): CdnTraffic {
  return {
    requests: total(hours, ({ sum }) => sum.requests),
    cachedRequests: total(hours, ({ sum }) => sum.cachedRequests),
    bytes: total(hours, ({ sum }) => sum.bytes),
    cachedBytes: total(hours, ({ sum }) => sum.cachedBytes),
    mostUncached: "of the whole zone: its plan tells neither host nor path",
  };
}

function total<T>(entries: readonly T[], value: (entry: T) => number): number {
  return entries.reduce((sum, entry) => sum + value(entry), 0);
}

/** The two rows that the CDN's traffic makes. */
export function sayTraffic(traffic: CdnTraffic): { hitRate: Measurement; bandwidth: Measurement } {
  const { requests, cachedRequests, bytes, cachedBytes, mostUncached } = traffic;
  const enough = requests >= FEWEST_REQUESTS;
  return {
    hitRate: enough
      ? {
          now: (100 * cachedRequests) / requests,
          ...(mostUncached !== undefined && { culprit: mostUncached }),
        }
      : { unmeasured: `too few requests to tell a rate: ${requests} in 24 hours, of ${FEWEST_REQUESTS}` },
    bandwidth: {
      now: bytes,
      culprit: `${sayCount(requests)} requests; ${sayBytes(bytes - cachedBytes)} of it from the bucket`,
    },
  };
}
