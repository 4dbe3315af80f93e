import { z } from "zod";

const isSet = (value: unknown) => value !== undefined;

/** The keys under `lavlay:adopt`. */
export const adopt = z
  .record(
    z.string(),
    z
      .strictObject({
        import: z.string().min(1).optional().describe("the vendor's id, by which the first `up` imports it"),
        keep: z
          .array(z.string().min(1))
          .optional()
          .describe("properties of an imported resource that stay as they are, whatever is declared"),
        read: z
          .string()
          .min(1)
          .optional()
          .describe("the vendor's id, where the provider can only look at it: it stays as it is"),
        values: z
          .record(z.string(), z.unknown())
          .optional()
          .describe("properties that it is made with in place of what is declared"),
      })
      .refine(
        (adoption) => [adoption.import, adoption.read, adoption.values].filter(isSet).length === 1,
        "one of import, read and values",
      )
      .refine(
        ({ import: id, keep }) => keep === undefined || id !== undefined,
        "without keep, which goes with import",
      ),
  )
  .default({})
  .describe(
    "what exists at the vendors and is taken over, by the resource's name; `npm run adopt` writes it",
  );
