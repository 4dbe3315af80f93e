import { z } from "zod";
import { label, seconds } from "./fields.ts";

/** The keys under `lavlay:loadBalancer`. */
export const loadBalancer = z
  .strictObject({
    enabled: z.boolean().optional().describe("whether there is one, where it is not the tier's default"),
    host: label.default("api").describe("the label of the API's host below the domain"),
    intervalSeconds: seconds(3600)
      .default(60)
      .describe("seconds between two checks of an origin; not below what the zone's plan allows"),
  })
  .default({ host: "api", intervalSeconds: 60 })
  .describe("the load balancer before the API");
