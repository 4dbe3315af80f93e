import { z } from "zod";

/** Of a credential that is exchanged: while it is, there are two. */
const generations = z
  .strictObject({
    current: z.number().int().min(1).default(1).describe("the number of the one in use"),
    next: z.number().int().min(2).optional().describe("the one that is valid already and not in use yet"),
    previous: z.number().int().min(1).optional().describe("the one that is still valid and no longer in use"),
  })
  .refine(
    ({ current, next, previous }) =>
      (next ?? current + 1) === current + 1 &&
      (previous ?? current - 1) === current - 1 &&
      (next === undefined || previous === undefined),
    "one after the other: `next` is the current one's successor or `previous` its predecessor, never both",
  )
  .prefault({});

/** The keys under `lavlay:rotation`. */
export const rotation = z
  .strictObject({
    r2: generations.describe("the functions' S3 credentials"),
    functionSecrets: generations.describe("what the database and Auth call the functions with"),
  })
  .prefault({})
  .describe("how far exchanging credentials has got; `npm run rotate` writes it");
