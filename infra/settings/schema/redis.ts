import { z } from "zod";
import { upstashPlanNames } from "../../../catalog/entitlements/upstash.ts";
import { awsRegion } from "./fields.ts";

/** The keys under `lavlay:redis`. */
export const redis = z
  .strictObject({
    enabled: z.boolean().optional().describe("whether there is one, where it is not the tier's default"),
    region: awsRegion.optional().describe("its AWS region; absent for the project's own"),
    plan: z.enum(upstashPlanNames).optional().describe("Upstash's plan, where it is not the tier's default"),
  })
  .default({})
  .describe("the Redis at Upstash: cache and shared counters");
