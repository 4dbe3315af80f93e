import { z } from "zod";

/** The keys under `lavlay:images`. */
export const images = z
  .strictObject({
    enabled: z.boolean().optional().describe("whether images are resized and recompressed at the edge"),
    polish: z
      .enum(["off", "lossless", "lossy"])
      .default("lossy")
      .describe("how Cloudflare recompresses images"),
  })
  .default({ polish: "lossy" })
  .describe("image optimisation at the edge");
