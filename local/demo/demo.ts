import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { localPaths } from "../paths.ts";
import type { ProjectKeys } from "../services/auth/keys.ts";
import { Store } from "../state/store.ts";
import { feed } from "./feed.ts";
import { takeJourney, type JourneyTarget, type StepResult } from "./journey.ts";
import { media, rateLimit } from "./media.ts";
import { people } from "./people.ts";
import { uploads } from "./uploads.ts";

/** All steps in order. */
export const steps = [...people, ...uploads, ...media, ...feed, rateLimit];

/** Takes the whole journey through a local target that has been applied; `outputs` are the stack's. */
export function runDemo(
  directory: string,
  outputs: Record<string, unknown>,
  watch?: (result: StepResult) => void,
): Promise<StepResult[]> {
  return takeJourney(journeyTarget(directory, outputs), steps, watch);
}

function journeyTarget(directory: string, outputs: Record<string, unknown>): JourneyTarget {
  const paths = localPaths(directory);
  const store = new Store(paths.state);
  const [token] = store.collection("accountTokens").list();
  const [bucket] = store.collection("r2Buckets").list();
  const limit = store
    .collection("rulesets")
    .list()
    .find(({ phase }) => phase === "http_ratelimit");
  const ports = JSON.parse(readFileSync(paths.ports, "utf8")) as Record<string, number>;
  return {
    app: String(outputs["app"]),
    api: String(outputs["api"]),
    media: String(outputs["media"]),
    publishableKey: String(outputs["publishableKey"]),
    objectStore: `http://127.0.0.1:${ports["objectStore"]}`,
    bucket: bucket?.name ?? "",
    credentials: {
      accessKeyId: token?.id ?? "",
      secretAccessKey: createHash("sha256")
        .update(token?.value ?? "")
        .digest("hex"),
    },
    keys: JSON.parse(readFileSync(paths.keys, "utf8")) as ProjectKeys,
    rateLimit: Number(limit?.rules[0]?.ratelimit?.["requestsPerPeriod"] ?? 0),
  };
}
