import { z } from "zod";
import { adopt } from "./schema/adopt.ts";
import { auth } from "./schema/auth.ts";
import { budget } from "./schema/budget.ts";
import { cloudflare } from "./schema/cloudflare.ts";
import { email } from "./schema/email.ts";
import { domain } from "./schema/fields.ts";
import { images } from "./schema/images.ts";
import { loadBalancer } from "./schema/load-balancer.ts";
import { media } from "./schema/media.ts";
import { monitoring } from "./schema/monitoring.ts";
import { objectives } from "./schema/objectives.ts";
import { payments } from "./schema/payments.ts";
import { rateLimit } from "./schema/rate-limit.ts";
import { redis } from "./schema/redis.ts";
import { rotation } from "./schema/rotation.ts";
import { secrets } from "./schema/secrets.ts";
import { sentry } from "./schema/sentry.ts";
import { supabase } from "./schema/supabase.ts";
import { vercel } from "./schema/vercel.ts";
import { web } from "./schema/web.ts";

/** Scaling tiers, smallest first: 0-1K, 1K-10K, 10K-100K and over 100K users. */
export const tierNames = ["free", "pro", "team", "enterprise"] as const;
export type Tier = (typeof tierNames)[number];

/**
 * A stack's configuration under the namespace `lavlay`, as it stands in `Pulumi.<stack>.yaml`.
 * Each group of keys is in the file of its name in `schema/`. The descriptions are shown by editors (through
 * `stack.schema.json`) and in error messages.
 */
export const stackSchema = z
  .strictObject({
    tier: z
      .enum(tierNames)
      .describe("the scaling tier: free 0-1K users, pro 1K-10K, team 10K-100K, enterprise 100K+"),
    target: z
      .enum(["cloud", "local"])
      .default("cloud")
      .describe("where it is applied: cloud, or local for the stand-ins on this machine"),
    domain: domain.describe(
      "the Cloudflare zone's name; one stack owns a zone, since a zone has one ruleset per phase",
    ),
    protect: z
      .boolean()
      .default(true)
      .describe("refuse to delete or replace what holds data: the bucket, the project, the domain"),
    cloudflare,
    supabase,
    vercel,
    media,
    rateLimit,
    auth,
    web,
    redis,
    images,
    loadBalancer,
    monitoring,
    sentry,
    email,
    payments,
    budget,
    objectives,
    adopt,
    rotation,
    ...secrets,
  })
  .describe("LavLay: one stack");

/** What a stack's YAML says, parsed, with defaults. */
export type StackConfig = z.output<typeof stackSchema>;

/** Keys whose values must be encrypted in the YAML. */
export const secretKeys: ReadonlySet<string> = new Set(Object.keys(secrets));
