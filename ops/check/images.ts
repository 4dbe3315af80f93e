import { ask, type Asked } from "./ask.ts";
import { askForFeed } from "./api.ts";
import type { Measurement } from "./metric.ts";
import { summarize, takeSeries, type Series } from "./series.ts";
import { pauseMs, type Site } from "./site.ts";

const PICTURES = 12;
/** The first may have to come from the bucket; the others should not. */
const REQUESTS = 3;

/** After that no further picture is begun with. */
const LIMIT_MS = 60_000;

/** What `cf-cache-status` says of an answer that did not come from the bucket. */
const fromCache = new Set(["HIT", "STALE", "UPDATING", "REVALIDATED"]);

export interface Pictures {
  readonly load: Measurement;
  /** Those that were fetched from the bucket every time, in words. */
  readonly uncacheable?: string;
}

/** Fetches the newest posts' pictures, each several times. */
export async function measureImages(site: Site): Promise<Pictures> {
  const urls = await newestPictures(site);
  if (urls.length === 0) return { load: { unmeasured: "no post has a picture" } };
  const pause = pauseMs(site.settings);
  const series: Series[] = [];
  const end = performance.now() + LIMIT_MS;
  for (const url of urls) {
    if (performance.now() > end) break;
    const name = new URL(url).pathname;
    const probe = { name, send: () => ask(url), expects: (status: number) => status === 200 };
    series.push(await takeSeries(probe, REQUESTS, pause));
  }
  const uncacheable = sayUncacheable(series);
  return { load: summarize(series), ...(uncacheable !== undefined && { uncacheable }) };
}

/** Addresses of the newest pictures that lie on the media host: what lies elsewhere is not ours to measure. */
async function newestPictures(site: Site): Promise<string[]> {
  const { status, body } = await askForFeed(site);
  if (status !== 200) return [];
  const posts = JSON.parse(body.toString()) as { media_url?: string | null; media_type?: string | null }[];
  const urls = posts
    .filter(({ media_type: type }) => !type?.startsWith("video"))
    .flatMap(({ media_url: url }) => (url?.startsWith(`${site.media}/`) && URL.canParse(url) ? [url] : []));
  return [...new Set(urls)].slice(0, PICTURES);
}

const cacheStatusOf = ({ headers }: Asked) => String(headers["cf-cache-status"] ?? "none");

/** Names the pictures that no request got from the cache, each with what the CDN said at last. */
export function sayUncacheable(series: readonly Series[]): string | undefined {
  const never = series.filter(
    ({ answers }) => answers.length > 1 && !answers.some((answer) => fromCache.has(cacheStatusOf(answer))),
  );
  const [first] = never;
  if (!first) return undefined;
  const last = first.answers.at(-1)!;
  const why = last.headers["cache-control"];
  const others = never.length > 1 ? ` and ${never.length - 1} more` : "";
  return `${first.name}${others} is never cached: cf-cache-status ${cacheStatusOf(last)}${why === undefined ? "" : `, cache-control "${String(why)}"`}`;
}
