import { r2Meters } from "../../../catalog/prices/cloudflare.ts";
import type { CloudflareClient } from "../../vendors/cloudflare.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { about, CannotTell, unknown, type Answer, type Check } from "../finding.ts";
import { quotaAnswer } from "../quota.ts";
import type { Subject } from "../subject.ts";

/** Which operations are of which class; those of neither are free: https://developers.cloudflare.com/r2/pricing/ */
const classA = new Set([
  "ListBuckets",
  "PutBucket",
  "ListObjects",
  "PutObject",
  "CopyObject",
  "CompleteMultipartUpload",
  "CreateMultipartUpload",
  "LifecycleStorageTierTransition",
  "ListMultipartUploads",
  "UploadPart",
  "UploadPartCopy",
  "ListParts",
  "PutBucketEncryption",
  "PutBucketCors",
  "PutBucketLifecycleConfiguration",
]);
const classB = new Set([
  "HeadBucket",
  "HeadObject",
  "GetObject",
  "UsageSummary",
  "GetBucketEncryption",
  "GetBucketLocation",
  "GetBucketCors",
  "GetBucketLifecycleConfiguration",
]);

/** https://developers.cloudflare.com/r2/platform/metrics-analytics/ */
const USAGE = `query R2($accountTag: string!, $month: Time, $yesterday: Time) {
  viewer {
    accounts(filter: { accountTag: $accountTag }) {
      operations: r2OperationsAdaptiveGroups(limit: 10000, filter: { datetime_geq: $month }) {
        sum { requests }
        dimensions { actionType }
      }
      storage: r2StorageAdaptiveGroups(limit: 10000, filter: { datetime_geq: $yesterday }) {
        max { payloadSize metadataSize }
        dimensions { bucketName }
      }
    }
  }
}`;

interface Usage {
  readonly operations: readonly { sum: { requests: number }; dimensions: { actionType: string } }[];
  readonly storage: readonly { max: { payloadSize: number; metadataSize: number } }[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
const TEN_MB = 1e7;

/** How much of what R2 gives for nothing the whole account has used up this month. Beyond it R2 goes on, and costs. */
export const r2UsageChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "R2 use",
    run: async (subject) => {
      subject.named("lavlay:cloudflare.accountId");
      const { client } = await subject.cloudflare.token.alive();
      try {
        return answers(await usage(client, subject.settings.cloudflare.accountId));
      } catch (error) {
        if (!(error instanceof VendorRefusal && error.status === 403)) throw error;
        return unknown(
          `because ${error.message}`,
          'Give the token the account permission "Account Analytics: Read" to have it looked at.',
        );
      }
    },
  },
];

function answers({ operations, storage }: Usage): Answer[] {
  const bytes = storage.reduce((sum, { max }) => sum + max.payloadSize + max.metadataSize, 0);
  const counted = (kinds: ReadonlySet<string>) =>
    operations
      .filter(({ dimensions }) => kinds.has(dimensions.actionType))
      .reduce((total, { sum }) => total + sum.requests, 0);
  return [
    about("R2 storage", free("GB", Math.round(bytes / TEN_MB) / 100, r2Meters.objectStorage.included)),
    about("R2 class A operations", free("operations this month", counted(classA), r2Meters.classA.included)),
    about("R2 class B operations", free("operations this month", counted(classB), r2Meters.classB.included)),
  ];
}

function free(of: string, used: number, limit: number): Answer {
  const quota = quotaAnswer({
    of,
    used,
    coming: 0,
    limit,
    plan: "what R2 gives for nothing",
    fix: "Nothing stops, what is beyond is charged: npm run cost tells how much. Look for the bucket at https://dash.cloudflare.com/?to=/:account/r2.",
  });
  return quota.verdict === "fail" ? { ...quota, verdict: "warn" } : quota;
}

/** @throws VendorRefusal also for an error that comes with status 200, as GraphQL has them */
async function usage(client: CloudflareClient, accountTag: string): Promise<Usage> {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
  const variables = { accountTag, month: iso(month), yesterday: iso(new Date(now.getTime() - DAY_MS)) };
  const { data, errors } = await client.body<{
    data?: { viewer: { accounts: readonly Usage[] } } | null;
    errors?: readonly { message: string }[] | null;
  }>("/graphql", { method: "POST", body: { query: USAGE, variables } });
  if (errors?.length) {
    throw new VendorRefusal(
      "Cloudflare",
      200,
      undefined,
      errors.map(({ message }) => message).join("; "),
      "POST /graphql",
    );
  }
  const [account] = data?.viewer.accounts ?? [];
  if (!account) throw new CannotTell("Cloudflare's analytics tell nothing of the account");
  return account;
}

const iso = (time: Date) => time.toISOString().replace(/\.\d+Z$/, "Z");
