import type { R2Bucket } from "../../state/model.ts";

/** Operations of one kind on one bucket within one hour, as Cloudflare's analytics count them. */
export interface R2Operations {
  /** The hour's begin, milliseconds since 1970. */
  readonly time: number;
  readonly accountId: string;
  /** With the jurisdiction in front where it has one: `eu_media`. */
  readonly bucketName: string;
  /** Such as `PutObject`. */
  readonly actionType: string;
  readonly requests: number;
}

/** What a bucket holds. */
export interface R2Storage {
  readonly time: number;
  readonly accountId: string;
  readonly bucketName: string;
  /** Bytes. */
  readonly payloadSize: number;
  readonly objectCount: number;
}

/** What the account's buckets hold and what was done with them. */
export interface R2Usage {
  readonly operations: readonly R2Operations[];
  readonly storage: readonly R2Storage[];
}

const HOUR_MS = 3_600_000;

/** A bucket's name as the analytics have it. */
export function analyticsName({ jurisdiction, name }: Pick<R2Bucket, "jurisdiction" | "name">): string {
  return jurisdiction === "default" ? name : `${jurisdiction}_${name}`;
}

/** Counts operations, since the start. */
export class OperationCounts {
  readonly #counts = new Map<string, R2Operations>();

  /** @param bucketKey `account/jurisdiction/name` */
  note(bucketKey: string, actionType: string, at: number): void {
    const [accountId = "", jurisdiction = "", name = ""] = bucketKey.split("/");
    const time = Math.floor(at / HOUR_MS) * HOUR_MS;
    const key = `${time} ${bucketKey} ${actionType}`;
    const requests = (this.#counts.get(key)?.requests ?? 0) + 1;
    const bucketName = analyticsName({ jurisdiction, name });
    this.#counts.set(key, { time, accountId, bucketName, actionType, requests });
  }

  list(): readonly R2Operations[] {
    return [...this.#counts.values()];
  }
}

/** What the analytics call a request to the S3 API. */
export function actionTypeOf(
  method: string | undefined,
  key: string,
  query: URLSearchParams,
  copies: boolean,
): string {
  const upload = query.has("uploadId");
  if (key === "") {
    if (method === "HEAD") return "HeadBucket";
    if (method === "POST") return "DeleteObjects";
    if (query.has("location")) return "GetBucketLocation";
    return query.has("uploads") ? "ListMultipartUploads" : "ListObjects";
  }
  switch (method) {
    case "HEAD":
      return "HeadObject";
    case "GET":
      return upload ? "ListParts" : "GetObject";
    case "PUT":
      if (upload) return copies ? "UploadPartCopy" : "UploadPart";
      return copies ? "CopyObject" : "PutObject";
    case "POST":
      return upload ? "CompleteMultipartUpload" : "CreateMultipartUpload";
    default:
      return upload ? "AbortMultipartUpload" : "DeleteObject";
  }
}
