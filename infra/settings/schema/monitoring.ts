import { z } from "zod";

/** The keys under `lavlay:monitoring`. */
export const monitoring = z
  .strictObject({
    enabled: z.boolean().optional().describe("whether alerts are sent, where it is not the tier's default"),
    emails: z.array(z.email("an e-mail address")).default([]).describe("who gets the alerts"),
    webhook: z
      .url({ protocol: /^https?$/, error: "an address that begins with https://" })
      .optional()
      .describe(
        "where alerts are posted too: the database's on every plan, Cloudflare's from Cloudflare Pro on",
      ),
  })
  .default({ emails: [] })
  .describe("alerts and health checks");
