import { z } from "zod";
import { milliseconds, percent } from "./fields.ts";

/** The keys under `lavlay:objectives`. */
export const objectives = z
  .strictObject({
    pageMilliseconds: milliseconds(2000).describe("until the app's page shows its largest part, at most"),
    apiMilliseconds: milliseconds(200).describe(
      "an answer of the slowest route of the API, 95 times of 100, at most",
    ),
    imageMilliseconds: milliseconds(1000).describe("a picture of the media host, 95 times of 100, at most"),
    queryMilliseconds: milliseconds(100).describe("the mean of the database's slowest statement, at most"),
    hitRatePercent: percent(95).describe("requests for media that the CDN answers by itself, at least"),
    functionErrorPercent: percent(1).describe("calls of edge functions that fail (5xx), at most"),
    uptimePercent: percent(99.9).describe("the share of time in which app, API and media answer, at least"),
  })
  .prefault({})
  .describe("what the running stack is to reach; `npm run check` measures it");
