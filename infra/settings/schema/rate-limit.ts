import { z } from "zod";
import { whole } from "./fields.ts";

/** Hosts of the stack that Cloudflare proxies, and so can limit: `api` exists behind a load balancer alone. */
export const proxiedHosts = ["media", "api"] as const;

/** The keys under `lavlay:rateLimit`. */
export const rateLimit = z
  .strictObject({
    requests: whole(1, 1_000_000).default(200).describe("requests an address may make per period"),
    period: z.number().int().default(10).describe("seconds over which requests are counted"),
    timeout: z.number().int().default(10).describe("seconds for which an address over the limit is refused"),
    routes: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens")
            .describe("what it limits; also the rule's lasting name"),
          host: z.enum(proxiedHosts).describe("the host: media, or api behind a load balancer"),
          path: z
            .string()
            .regex(/^\/[^"\\\s]*$/, "a path that begins with /")
            .describe("what paths begin with"),
          requests: whole(1, 1_000_000).describe("requests an address may make per period"),
          period: z.number().int().describe("seconds over which requests are counted"),
          timeout: z.number().int().describe("seconds for which an address over the limit is refused"),
        }),
      )
      .optional()
      .describe("limits of single routes, where they are not the tier's default"),
  })
  .default({ requests: 200, period: 10, timeout: 10 })
  .describe("the rate limit of everything that the zone proxies");
