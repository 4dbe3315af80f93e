import { z } from "zod";
import { computeSizes, supabasePlanNames } from "../../../catalog/entitlements/supabase.ts";
import { awsRegion, whole } from "./fields.ts";

/** Days of point-in-time recovery that Supabase sells; 0 for none. */
export const recoveryDays = [0, 7, 14, 28] as const;

/** The keys under `lavlay:supabase`. */
export const supabase = z
  .strictObject({
    organizationId: z.string().min(1).describe("the Supabase organisation's slug"),
    region: awsRegion.describe("the AWS region of the project; cannot be changed later"),
    plan: z
      .enum(supabasePlanNames)
      .optional()
      .describe("the organisation's plan, where it is not the tier's default"),
    computeSize: z
      .enum(computeSizes.filter((size) => size !== "nano"))
      .optional()
      .describe("the database's compute, where it is not the tier's default"),
    poolSize: whole(1, 500)
      .optional()
      .describe(
        "server connections that the transaction pooler keeps per user and database, where they are not half of what the compute takes",
      ),
    diskGigabytes: whole(8, 16_384)
      .optional()
      .describe("GB of disk to start from; it grows by itself when it is 90 % full, and never shrinks"),
    replicaRegions: z
      .array(awsRegion)
      .optional()
      .describe("the regions of the read replicas, one each, where they are not the tier's default"),
    replicaReads: z
      .boolean()
      .default(true)
      .describe("whether reads go to the replicas; false before the last of them goes"),
    pointInTimeRecoveryDays: z
      .union(recoveryDays.map((days) => z.literal(days)))
      .optional()
      .describe("days back to any second of which the database can be restored: 0, 7, 14 or 28"),
    dedicatedPooler: z
      .boolean()
      .optional()
      .describe("a pooler beside the database, for this project alone, reached over IPv4"),
    realtimeConnections: whole(1, 100_000).optional().describe("clients that may listen to Realtime at once"),
  })
  .describe("the Supabase organisation and project");
