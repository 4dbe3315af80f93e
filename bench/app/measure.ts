import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { userId } from "./serve.ts";

/** Slow 4G as Lighthouse means it, and a phone a quarter as fast as this machine. */
export const profile = { megabitsDown: 1.6, megabitsUp: 0.75, roundTripMs: 150, cpuSlowdown: 4 } as const;

/** One load of a page; times in milliseconds from the start of the navigation. */
export interface Load {
  /** Largest Contentful Paint. */
  readonly lcp: number;
  /** Cumulative Layout Shift. */
  readonly cls: number;
  /** Script that was loaded before the largest paint, in bytes as they were sent. */
  readonly script: number;
  /** From the first post on the page to its picture. */
  readonly feedToImage?: number;
}

export type Visit = "signed out" | "signed in" | "again";

export async function launch(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium"].find(
    (path) => path && existsSync(path),
  );
  if (!executablePath) throw new Error("no Chromium: install the package `chromium`, or set CHROMIUM_PATH");
  return chromium.launch({ executablePath, args: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
}

/** Loads an app as a new visitor, as somebody signed in with nothing kept, or as the same one coming again. */
export async function load(browser: Browser, url: string, visit: Visit): Promise<Load> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
  });
  try {
    const page = await context.newPage();
    await page.addInitScript({ content: observe });
    if (visit !== "signed out") await page.addInitScript({ content: signIn });
    if (visit === "again") {
      await page.goto(url);
      await settled(page, visit);
      // An app that keeps what it fetched has done so by then; one that does not is not waited for.
      await page
        .waitForFunction("Object.keys(localStorage).length > 1", undefined, { timeout: 5_000 })
        .catch(() => {});
    }
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: profile.roundTripMs,
      downloadThroughput: (profile.megabitsDown * 1e6) / 8,
      uploadThroughput: (profile.megabitsUp * 1e6) / 8,
    });
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: profile.cpuSlowdown });
    await page.goto(url);
    await settled(page, visit);
    return await page.evaluate<Load>("observed()");
  } finally {
    await context.close();
  }
}

async function settled(page: Page, visit: Visit): Promise<void> {
  if (visit === "signed out") await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  else await page.waitForFunction("observed().feedToImage !== undefined");
  // Half a second without a request: the last paint has been told by then.
  await page.waitForLoadState("networkidle");
}

/** A session that needs no renewal, where the apps keep theirs; nobody here checks its signature. */
const signIn = `(({ userId, key }) => {
  const part = (value) => btoa(JSON.stringify(value));
  const expires_at = Math.floor(Date.now() / 1000) + 86400;
  localStorage.setItem(key, JSON.stringify({
    access_token: [part({ alg: "ES256" }), part({ sub: userId, exp: expires_at }), part({})].join("."),
    refresh_token: "none", token_type: "bearer", expires_in: 86400, expires_at,
    user: { id: userId, aud: "authenticated", email: "ada@example.com", app_metadata: {}, user_metadata: {} },
  }));
})(${JSON.stringify({ userId, key: "sb-127-auth-token" })})`;

/** Runs in the page, before anything of it: notes what the visitor sees and when. */
const observe = `
let lcp = 0, cls = 0, post, picture;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) lcp = entry.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) cls += entry.value; })
  .observe({ type: "layout-shift", buffered: true });
new MutationObserver(() => { if (post === undefined && document.querySelector("article")) post = performance.now(); })
  .observe(document, { childList: true, subtree: true });
document.addEventListener("load", ({ target }) => {
  if (picture !== undefined || !target.matches?.(".post-media img")) return;
  // Painted with the next frame.
  requestAnimationFrame(() => requestAnimationFrame(() => { picture = performance.now(); }));
}, true);
window.observed = () => ({
  lcp, cls,
  script: performance.getEntriesByType("resource")
    .filter(({ name, startTime }) => name.endsWith(".js") && startTime < lcp)
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  feedToImage: picture === undefined ? undefined : picture - post,
});`;
