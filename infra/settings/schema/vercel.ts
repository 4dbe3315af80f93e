import { z } from "zod";
import { vercelPlanNames } from "../../../catalog/entitlements/vercel.ts";

/** The keys under `lavlay:vercel`. */
export const vercel = z
  .strictObject({
    team: z
      .string()
      .regex(/^team_[A-Za-z0-9]+$/, "a team id such as team_a1B2c3")
      .optional()
      .describe("the Vercel team's id; absent for a personal account"),
    plan: z.enum(vercelPlanNames).optional().describe("the plan, where it is not the tier's default"),
  })
  .default({})
  .describe("the Vercel account");
