import { z } from "zod";
import { label, seconds, whole } from "./fields.ts";

const oneYear = 31_536_000;

/** The keys under `lavlay:media`. */
export const media = z
  .strictObject({
    bucket: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$/, "3 to 63 lower-case letters, digits and hyphens")
      .describe("the R2 bucket's name; a bucket cannot be renamed"),
    host: label.default("media").describe("the label of the media host below the domain"),
    jurisdiction: z
      .enum(["default", "eu", "fedramp"])
      .default("default")
      .describe("where the data must stay"),
    location: z
      .enum(["apac", "eeur", "enam", "weur", "wnam", "oc"])
      .optional()
      .describe("a hint where the bucket is made; honoured the first time a name is used"),
    edgeTtl: seconds(oneYear)
      .default(2_592_000)
      .describe("seconds that the CDN keeps a media file; not below what the zone's plan allows"),
    abortUploadsAfterDays: whole(1, 365)
      .default(1)
      .describe("days after which an unfinished multipart upload is thrown away"),
  })
  .describe("media storage and delivery");
