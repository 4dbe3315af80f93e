import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { builtApp } from "../../infra/web/build-app.ts";
import { BEFORE, buildBefore } from "./before.ts";
import { launch, load, type Load, profile, type Visit } from "./measure.ts";
import { serveApi, serveApp, serveMedia } from "./serve.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const visits: readonly Visit[] = ["signed out", "signed in", "again"];

/** The medians of several loads. */
export type Loads = Load & { readonly runs: number };

export interface AppBenchmark {
  readonly profile: typeof profile;
  readonly ours: Readonly<Record<Visit, Loads>>;
  /** The app as it was; absent where its commit is not in the repository. */
  readonly before?: { readonly commit: string; readonly loads: Readonly<Record<Visit, Loads>> };
}

/** What a first load may cost at most: script in bytes, times in milliseconds. */
export const aims = { script: 150_000, lcp: 2_000, cls: 0.05, feedToImage: 1_000 } as const;

export interface Options {
  runs: number;
  report: (line: string) => void;
}

/** Loads today's app and the one as it was in turn, each time as a visitor with an empty cache. */
export async function benchmarkApp({ runs, report }: Options): Promise<AppBenchmark> {
  const undo: (() => unknown)[] = [];
  const keep = <T extends { close(): unknown }>(opened: T): T => {
    undo.push(() => opened.close());
    return opened;
  };
  try {
    const media = keep(await serveMedia());
    const api = keep(await serveApi(media.url));
    const environment = {
      VITE_SUPABASE_URL: api.url,
      VITE_SUPABASE_ANON_KEY: "sb_publishable_bench",
      VITE_MEDIA_URL: media.url,
    };
    report("building today's app and the one as it was");
    const before = await buildBefore(environment);
    if (before) undo.push(before.remove);
    const directories = [join(root, await builtApp(environment)), ...(before ? [before.directory] : [])];
    const urls: string[] = [];
    for (const directory of directories) urls.push(keep(await serveApp(directory)).url);
    const browser = keep(await launch());
    const [ours, theirs] = await loadInTurn(browser, urls, runs, report);
    return { profile, ours: ours!, ...(theirs && { before: { commit: BEFORE, loads: theirs } }) };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** In turn, so that what the machine does meanwhile falls on all of them alike. The first round only warms up. */
async function loadInTurn(
  browser: Browser,
  urls: readonly string[],
  runs: number,
  report: Options["report"],
) {
  const loads = urls.map(() => Object.fromEntries(visits.map((visit) => [visit, [] as Load[]])));
  for (let run = 0; run <= runs; run++) {
    report(run === 0 ? "warming up" : `run ${run} of ${runs}`);
    for (const visit of visits) {
      for (const [nth, url] of urls.entries()) {
        const measured = await load(browser, url, visit);
        if (run > 0) loads[nth]![visit]!.push(measured);
      }
    }
  }
  return loads.map(
    (each) =>
      Object.fromEntries(visits.map((visit) => [visit, medians(each[visit]!)])) as Record<Visit, Loads>,
  );
}

function medians(loads: readonly Load[]): Loads {
  const of = (key: keyof Load) => {
    const values = loads.map((each) => each[key] ?? NaN).sort((left, right) => left - right);
    return values[values.length >> 1] ?? NaN;
  };
  const feedToImage = of("feedToImage");
  return {
    runs: loads.length,
    lcp: of("lcp"),
    cls: of("cls"),
    script: of("script"),
    ...(!Number.isNaN(feedToImage) && { feedToImage }),
  };
}
