import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Chromium and Chrome are on Linux, GitHub's runners and macOS. */
const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Why a page cannot be loaded where there is no browser. */
export const noChromium = "no Chromium: install the package `chromium`, or set CHROMIUM_PATH";

/** The browser to measure with: CHROMIUM_PATH, else what is installed; undefined if there is none. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env["CHROMIUM_PATH"];
  // What is given and wrong is not to be replaced in silence.
  return given ? [given].find(existsSync) : places.find(existsSync);
}

/** Headless, and talking to nobody but the page's own hosts. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
