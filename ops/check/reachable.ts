import { setTimeout as delay } from "node:timers/promises";
import { askForFeed } from "./api.ts";
import { ask, NoAnswer, type Asked } from "./ask.ts";
import type { Site } from "./site.ts";

/** The hosts that people need, each up or, in words, why not. */
export type Reachable = Readonly<Record<"app" | "api" | "media", string | undefined>>;

/** Asks each host once, and once more where it did not answer: a lost packet is no outage. */
export async function whatAnswers(site: Site): Promise<Reachable> {
  const [app, api, media] = await Promise.all([
    down(
      () => ask(site.app),
      ({ status }) => status === 200,
    ),
    // With the database behind it: a gateway alone is of no use to anybody.
    down(
      () => askForFeed(site),
      ({ status }) => status === 200,
    ),
    // Nobody may list the bucket: the CDN's own 404 is the sign of life. Without its mark another answered.
    down(
      () => ask(`${site.media}/`),
      ({ status, headers }) => status < 500 && headers["cf-ray"] !== undefined,
    ),
  ]);
  return { app, api, media };
}

async function down(
  send: () => Promise<Asked>,
  isUp: (asked: Asked) => boolean,
): Promise<string | undefined> {
  const why = await whyDown(send, isUp);
  if (why === undefined) return undefined;
  await delay(1_000);
  return whyDown(send, isUp);
}

async function whyDown(send: () => Promise<Asked>, isUp: (asked: Asked) => boolean) {
  try {
    const asked = await send();
    return isUp(asked) ? undefined : `answers ${asked.status}`;
  } catch (error) {
    if (error instanceof NoAnswer) return error.message;
    throw error;
  }
}
