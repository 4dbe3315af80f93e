import { setTimeout as delay } from "node:timers/promises";

/** Waits until that holds. @throws Error naming what was waited for, after the limit. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${limitMs / 1000} s in vain for: ${what}`);
    await delay(10);
  }
}
