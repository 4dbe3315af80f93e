import { z } from "zod";
import { cloudflarePlanNames } from "../../catalog/entitlements/cloudflare.ts";
import { sentryPlanNames } from "../../catalog/entitlements/sentry.ts";
import { upstashPlanNames } from "../../catalog/entitlements/upstash.ts";
import { computeSizes, supabasePlanNames } from "../../catalog/entitlements/supabase.ts";
import { vercelPlanNames } from "../../catalog/entitlements/vercel.ts";

/** Scaling tiers, smallest first: 0-1K, 1K-10K, 10K-100K and over 100K users. */
export const tierNames = ["free", "pro", "team", "enterprise"] as const;
export type Tier = (typeof tierNames)[number];

/** Days of point-in-time recovery that Supabase sells; 0 for none. */
export const recoveryDays = [0, 7, 14, 28] as const;
/** Who can send e-mails. */
export const emailProviders = ["resend", "brevo"] as const;
/** Hosts of the stack that Cloudflare proxies, and so can limit: `api` exists behind a load balancer alone. */
export const proxiedHosts = ["media", "api"] as const;

const hex32 = z.string().regex(/^[0-9a-f]{32}$/, "32 lower-case hexadecimal digits");
const domain = z
  .string()
  .max(253)
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    "a domain name in lower case, such as lavlay.com",
  );
const label = z
  .string()
  .regex(
    /^(@|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$/,
    "one label in lower case, such as media, or @ for the domain itself",
  );
const awsRegion = z.string().regex(/^[a-z]{2}-[a-z]+-\d$/, "an AWS region such as eu-west-1");
const slug = (form: string) => z.string().regex(/^[a-z0-9]([a-z0-9_-]{0,48}[a-z0-9])?$/, form);
const seconds = (maximum: number) => z.number().int().min(0).max(maximum);
const oneYear = 31_536_000;
const milliseconds = (byDefault: number) => z.number().int().min(1).max(60_000).default(byDefault);
const percent = (byDefault: number) => z.number().min(0).max(100).default(byDefault);

const isSet = (value: unknown) => value !== undefined;

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

/**
 * A stack's configuration under the namespace `lavlay`, as it stands in `Pulumi.<stack>.yaml`.
 * The descriptions are shown by editors (through `stack.schema.json`) and in error messages.
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
    cloudflare: z
      .strictObject({
        accountId: hex32.describe("the Cloudflare account's id"),
        zoneId: hex32.describe("the zone's id; the zone must be in the same account"),
        plan: z
          .enum(cloudflarePlanNames)
          .optional()
          .describe("the zone's plan, where it is not the tier's default"),
      })
      .describe("the Cloudflare account and zone"),
    supabase: z
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
        poolSize: z
          .number()
          .int()
          .min(1)
          .max(500)
          .optional()
          .describe(
            "server connections that the transaction pooler keeps per user and database, where they are not half of what the compute takes",
          ),
        diskGigabytes: z
          .number()
          .int()
          .min(8)
          .max(16_384)
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
        realtimeConnections: z
          .number()
          .int()
          .min(1)
          .max(100_000)
          .optional()
          .describe("clients that may listen to Realtime at once"),
      })
      .describe("the Supabase organisation and project"),
    vercel: z
      .strictObject({
        team: z
          .string()
          .regex(/^team_[A-Za-z0-9]+$/, "a team id such as team_a1B2c3")
          .optional()
          .describe("the Vercel team's id; absent for a personal account"),
        plan: z.enum(vercelPlanNames).optional().describe("the plan, where it is not the tier's default"),
      })
      .default({})
      .describe("the Vercel account"),
    media: z
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
        abortUploadsAfterDays: z
          .number()
          .int()
          .min(1)
          .max(365)
          .default(1)
          .describe("days after which an unfinished multipart upload is thrown away"),
      })
      .describe("media storage and delivery"),
    rateLimit: z
      .strictObject({
        requests: z
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .default(200)
          .describe("requests an address may make per period"),
        period: z.number().int().default(10).describe("seconds over which requests are counted"),
        timeout: z
          .number()
          .int()
          .default(10)
          .describe("seconds for which an address over the limit is refused"),
        routes: z
          .array(
            z.strictObject({
              name: z
                .string()
                .regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens")
                .describe("what it limits; also the rule's lasting name"),
              host: z.enum(proxiedHosts).describe("the host: media, or api behind a load balancer"),
              path: z
                .string()
                .regex(/^\/[^"\\\s]*$/, "a path that begins with /")
                .describe("what paths begin with"),
              requests: z
                .number()
                .int()
                .min(1)
                .max(1_000_000)
                .describe("requests an address may make per period"),
              period: z.number().int().describe("seconds over which requests are counted"),
              timeout: z.number().int().describe("seconds for which an address over the limit is refused"),
            }),
          )
          .optional()
          .describe("limits of single routes, where they are not the tier's default"),
      })
      .default({ requests: 200, period: 10, timeout: 10 })
      .describe("the rate limit of everything that the zone proxies"),
    auth: z
      .strictObject({
        accessTokenSeconds: z
          .number()
          .int()
          .min(60)
          .max(604_800)
          .default(3600)
          .describe("seconds that an access token is valid"),
        signInsPerFiveMinutes: z
          .number()
          .int()
          .min(1)
          .max(32_767)
          .default(30)
          .describe("sign-ups and sign-ins an address may try in five minutes"),
        refreshesPerFiveMinutes: z
          .number()
          .int()
          .min(1)
          .max(32_767)
          .default(150)
          .describe("token refreshes an address may make in five minutes"),
      })
      .default({ accessTokenSeconds: 3600, signInsPerFiveMinutes: 30, refreshesPerFiveMinutes: 150 })
      .describe("sign-up and sign-in"),
    web: z
      .strictObject({
        host: label
          .default("app")
          .describe("the label of the web app's host below the domain, or @ for the domain itself"),
        sentryDsn: z
          .url({ protocol: /^https$/, error: "the DSN of a Sentry project, which begins with https://" })
          .optional()
          .describe(
            "where the app reports its errors: a Sentry project's DSN, which is public; absent to report none",
          ),
      })
      .default({ host: "app" })
      .describe("the web app"),
    redis: z
      .strictObject({
        enabled: z.boolean().optional().describe("whether there is one, where it is not the tier's default"),
        region: awsRegion.optional().describe("its AWS region; absent for the project's own"),
        plan: z
          .enum(upstashPlanNames)
          .optional()
          .describe("Upstash's plan, where it is not the tier's default"),
      })
      .default({})
      .describe("the Redis at Upstash: cache and shared counters"),
    images: z
      .strictObject({
        enabled: z.boolean().optional().describe("whether images are resized and recompressed at the edge"),
        polish: z
          .enum(["off", "lossless", "lossy"])
          .default("lossy")
          .describe("how Cloudflare recompresses images"),
      })
      .default({ polish: "lossy" })
      .describe("image optimisation at the edge"),
    loadBalancer: z
      .strictObject({
        enabled: z.boolean().optional().describe("whether there is one, where it is not the tier's default"),
        host: label.default("api").describe("the label of the API's host below the domain"),
        intervalSeconds: seconds(3600)
          .default(60)
          .describe("seconds between two checks of an origin; not below what the zone's plan allows"),
      })
      .default({ host: "api", intervalSeconds: 60 })
      .describe("the load balancer before the API"),
    monitoring: z
      .strictObject({
        enabled: z
          .boolean()
          .optional()
          .describe("whether alerts are sent, where it is not the tier's default"),
        emails: z.array(z.email("an e-mail address")).default([]).describe("who gets the alerts"),
        webhook: z
          .url({ protocol: /^https?$/, error: "an address that begins with https://" })
          .optional()
          .describe(
            "where alerts are posted too: the database's on every plan, Cloudflare's from Cloudflare Pro on",
          ),
      })
      .default({ emails: [] })
      .describe("alerts and health checks"),
    sentry: z
      .strictObject({
        organization: slug("an organisation's slug, such as lavlay").describe(
          "the Sentry organisation's slug; another one is another project, and the issues in the old one are lost",
        ),
        team: slug("a team's slug, such as web")
          .optional()
          .describe(
            "the team that gets the alerts; absent for a team of the stack's own, which people then join",
          ),
        plan: z
          .enum(sentryPlanNames)
          .default("developer")
          .describe("the organisation's plan; alerts on slow pages and failures come with team"),
        eventsPerHour: z
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .default(100)
          .describe("events of one issue in an hour above which the team is told again"),
      })
      .optional()
      .describe("the app's errors at Sentry; absent for no project there"),
    email: z
      .strictObject({
        provider: z.enum(emailProviders).describe("who sends: resend or brevo"),
        from: z
          .string()
          .max(320)
          .regex(
            /^([^<>"\r\n]+ <[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+)$/,
            "an address such as hello@lavlay.com, or LavLay <hello@lavlay.com>",
          )
          .describe("whom e-mails are from; the provider must know the domain"),
      })
      .optional()
      .describe("e-mails by a provider, those of sign-up included; absent to leave these to Supabase"),
    payments: z
      .strictObject({
        paystack: z
          .strictObject({
            koboPerPoint: z
              .number()
              .int()
              .min(1)
              .max(1_000_000)
              .default(100)
              .describe("kobo that bring one point; 100 kobo are a naira"),
          })
          .describe("payments through Paystack"),
      })
      .optional()
      .describe("payments; absent for none"),
    budget: z
      .strictObject({
        monthlyUsd: z.number().min(0).describe("US dollars a month; a review asks for a look above it"),
      })
      .optional()
      .describe("what the stack may cost"),
    objectives: z
      .strictObject({
        pageMilliseconds: milliseconds(2000).describe("until the app's page shows its largest part, at most"),
        apiMilliseconds: milliseconds(200).describe(
          "an answer of the slowest route of the API, 95 times of 100, at most",
        ),
        imageMilliseconds: milliseconds(1000).describe(
          "a picture of the media host, 95 times of 100, at most",
        ),
        queryMilliseconds: milliseconds(100).describe(
          "the mean of the database's slowest statement, at most",
        ),
        hitRatePercent: percent(95).describe("requests for media that the CDN answers by itself, at least"),
        functionErrorPercent: percent(1).describe("calls of edge functions that fail (5xx), at most"),
        uptimePercent: percent(99.9).describe(
          "the share of time in which app, API and media answer, at least",
        ),
      })
      .prefault({})
      .describe("what the running stack is to reach; `npm run check` measures it"),
    adopt: z
      .record(
        z.string(),
        z
          .strictObject({
            import: z
              .string()
              .min(1)
              .optional()
              .describe("the vendor's id, by which the first `up` imports it"),
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
      ),
    rotation: z
      .strictObject({
        r2: generations.describe("the functions' S3 credentials"),
        functionSecrets: generations.describe("what the database and Auth call the functions with"),
      })
      .prefault({})
      .describe("how far exchanging credentials has got; `npm run rotate` writes it"),
    databasePassword: z
      .string()
      .min(16, "at least 16 characters")
      .describe("the password of the database role postgres; a secret"),
    functionsSeedOdd: z
      .string()
      .min(16, "at least 16 characters")
      .optional()
      .describe(
        "what the functions' secrets of odd generations are derived from, where it is not the database's password; a secret",
      ),
    functionsSeedEven: z
      .string()
      .min(16, "at least 16 characters")
      .optional()
      .describe("the same of even generations; a secret"),
    emailApiKey: z
      .string()
      .min(1, "not empty")
      .optional()
      .describe("the e-mail provider's API key; a secret"),
    webhookSecret: z
      .string()
      .min(16, "at least 16 characters")
      .optional()
      .describe(
        "what the receiver of alerts knows them by, in the header cf-webhook-auth; a secret, absent to send none",
      ),
    paystackSecretKey: z
      .string()
      .regex(/^(sk_(test|live)_\w+|\[.*\])$/, "a secret key of Paystack, such as sk_live_…")
      .optional()
      .describe("Paystack's secret key; a secret"),
  })
  .describe("LavLay: one stack");

/** What a stack's YAML says, parsed, with defaults. */
export type StackConfig = z.output<typeof stackSchema>;

/** Keys whose values must be encrypted in the YAML. */
export const secretKeys: ReadonlySet<string> = new Set([
  "databasePassword",
  "functionsSeedOdd",
  "functionsSeedEven",
  "emailApiKey",
  "paystackSecretKey",
  "webhookSecret",
]);
