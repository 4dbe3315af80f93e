import { setTimeout as delay } from "node:timers/promises";
import { step } from "../steps.ts";

/** Waits that long, saying why and how long still. */
export async function wait(why: string, seconds: number): Promise<void> {
  if (seconds <= 0) return;
  const end = Date.now() + seconds * 1000;
  await step(`Waiting ${seconds} s ${why}`, async (progress) => {
    for (let left = seconds; left > 0; left = Math.ceil((end - Date.now()) / 1000)) {
      progress(`${left} s left`);
      await delay(Math.min(1000, left * 1000));
    }
    progress("");
  });
}

export interface PatienceOptions {
  /** Seconds. */
  readonly limit: number;
  /** How many answers in a row have to be so: a vendor's servers do not all learn at once. Default 3. */
  readonly inARow?: number;
  /** Milliseconds between two. Default 500. */
  readonly pauseMs?: number;
}

/** Asks until it has been so several times in a row. @throws Error naming what was waited for, after the limit */
export async function untilSure(
  what: string,
  holds: () => Promise<boolean>,
  { limit, inARow = 3, pauseMs = 500 }: PatienceOptions,
): Promise<void> {
  const end = Date.now() + limit * 1000;
  for (let times = 0; times < inARow;) {
    times = (await holds()) ? times + 1 : 0;
    if (times === inARow) return;
    if (Date.now() > end)
      throw new Error(`Waited ${limit} s in vain until ${what}. Run it again: it goes on from here.`);
    await delay(pauseMs);
  }
}
