import { z } from "zod";

/** The keys under `lavlay:budget`. */
export const budget = z
  .strictObject({
    monthlyUsd: z.number().min(0).describe("US dollars a month; a review asks for a look above it"),
  })
  .optional()
  .describe("what the stack may cost");
