import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page, Request } from "playwright-core";
import { findBrowser, launchBrowser, noChromium } from "./browser.ts";
import type { Measurement } from "./metric.ts";
import { percentile } from "./percentile.ts";
import { oneLine, sayBytes, sayMilliseconds } from "./text.ts";

/** A phone in a good mobile network. */
export const network = { megabitsDown: 9, megabitsUp: 1.5, roundTripMs: 60 } as const;

const LOADS = 3;
const LOAD_LIMIT_MS = 20_000;
const QUIET_LIMIT_MS = 3_000;

/** One load by a new visitor. */
interface Load {
  /** Largest Contentful Paint, milliseconds from the start of the navigation. */
  readonly lcp: number;
  readonly files: readonly File[];
}

interface File {
  readonly url: string;
  /** As they were sent. */
  readonly bytes: number;
  /** From the request to its last byte. */
  readonly ms: number;
}

/** Opens the app in a real browser as somebody who was never there; the largest paint counts. */
export async function measurePage(url: string): Promise<Measurement> {
  const executable = findBrowser();
  if (!executable) return { unmeasured: noChromium };
  const browser = await launchBrowser(executable).catch((error: unknown) => error as Error);
  if (browser instanceof Error)
    return { unmeasured: `Chromium did not start: ${oneLine(browser.message, 80)}` };
  try {
    const loads: Load[] = [];
    for (let load = 0; load < LOADS; load++) loads.push(await loadPage(browser, url));
    const times = loads.map(({ lcp }) => lcp);
    const p50 = percentile(times, 0.5);
    const median = loads.find(({ lcp }) => lcp === p50)!;
    return { now: p50, p50, p95: percentile(times, 0.95), culprit: sayHeaviest(median) };
  } catch (error) {
    return { fault: `the page did not load: ${oneLine((error as Error).message, 80)}` };
  } finally {
    await browser.close();
  }
}

async function loadPage(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    serviceWorkers: "block",
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(LOAD_LIMIT_MS);
    const requests: Request[] = [];
    page.on("requestfinished", (request) => requests.push(request));
    await page.addInitScript({ content: observeLargestPaint });
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: network.roundTripMs,
      downloadThroughput: (network.megabitsDown * 1e6) / 8,
      uploadThroughput: (network.megabitsUp * 1e6) / 8,
    });
    const response = await page.goto(url, { waitUntil: "load", timeout: LOAD_LIMIT_MS });
    if (!response?.ok()) throw new Error(`it answers ${response?.status() ?? "nothing"}`);
    return { lcp: await largestPaint(page), files: await filesOf(requests) };
  } finally {
    await context.close();
  }
}

/** An app paints after it is loaded: its largest paint is known when the network is quiet. */
async function largestPaint(page: Page): Promise<number> {
  // By evaluation alone: an app's Content-Security-Policy forbids what Playwright's waiting for a function needs.
  await within(LOAD_LIMIT_MS, page.evaluate("window.lavlay.painted"), "nothing was painted");
  await page.waitForLoadState("networkidle", { timeout: QUIET_LIMIT_MS }).catch(() => {}); // One that never rests.
  return page.evaluate<number>("window.lavlay.largestPaint");
}

async function within<T>(limitMs: number, work: Promise<T>, otherwise: string): Promise<T> {
  work.catch(() => {}); // Told below, or too late to be told.
  const over = new AbortController();
  const limit = delay(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${otherwise} within ${limitMs / 1000} s`);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    over.abort();
    limit.catch(() => {});
  }
}

/** Runs in the page, before anything of it. */
const observeLargestPaint = `
  window.lavlay = { largestPaint: 0 };
  window.lavlay.painted = new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.lavlay.largestPaint = entry.startTime;
      resolve();
    }).observe({ type: "largest-contentful-paint", buffered: true });
  });
`;

async function filesOf(requests: readonly Request[]): Promise<File[]> {
  const files = requests.map(async (request) => {
    const sizes = await request.sizes().catch(() => undefined); // Its page may be gone.
    return {
      url: request.url(),
      bytes: sizes?.responseBodySize ?? 0,
      ms: Math.max(0, request.timing().responseEnd),
    };
  });
  return Promise.all(files);
}

/** The file that took longest, which is the heaviest unless a server is slow; and what all of them weigh. */
function sayHeaviest({ files }: Load): string {
  const slowest = files.reduce<File | undefined>(
    (most, file) => (file.ms > (most?.ms ?? -1) ? file : most),
    undefined,
  );
  const weight = `${files.length} files, ${sayBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))}`;
  if (!slowest) return weight;
  const { pathname } = new URL(slowest.url);
  return `${oneLine(pathname, 80)}: ${sayBytes(slowest.bytes)} in ${sayMilliseconds(slowest.ms)}; all: ${weight}`;
}
