import { z } from "zod";
import { whole } from "./fields.ts";

/** The keys under `lavlay:payments`. */
export const payments = z
  .strictObject({
    paystack: z
      .strictObject({
        koboPerPoint: whole(1, 1_000_000)
          .default(100)
          .describe("kobo that bring one point; 100 kobo are a naira"),
      })
      .describe("payments through Paystack"),
  })
  .optional()
  .describe("payments; absent for none");
