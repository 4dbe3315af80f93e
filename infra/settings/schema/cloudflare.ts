import { z } from "zod";
import { cloudflarePlanNames } from "../../../catalog/entitlements/cloudflare.ts";
import { hex32 } from "./fields.ts";

/** The keys under `lavlay:cloudflare`. */
export const cloudflare = z
  .strictObject({
    accountId: hex32.describe("the Cloudflare account's id"),
    zoneId: hex32.describe("the zone's id; the zone must be in the same account"),
    plan: z
      .enum(cloudflarePlanNames)
      .optional()
      .describe("the zone's plan, where it is not the tier's default"),
  })
  .describe("the Cloudflare account and zone");
