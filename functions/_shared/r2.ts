import { AwsClient } from "aws4fetch";
import type { Configuration } from "./env.ts";
import { HttpError } from "./http.ts";

export interface ObjectHeaders {
  contentType: string;
  cacheControl: string;
}

export interface MediaStore {
  /** Stores an object and returns the address where it can be read. Throws 502 `storage_failed`. */
  put(key: string, bytes: Uint8Array<ArrayBuffer>, headers: ObjectHeaders): Promise<string>;
}

/** R2 by its S3 API. */
export function createMediaStore(r2: Configuration["r2"]): MediaStore {
  const client = new AwsClient({
    accessKeyId: r2.accessKeyId,
    secretAccessKey: r2.secretAccessKey,
    service: "s3",
    region: "auto",
    // Of a 5xx or 429 answer.
    retries: 2,
    initRetryMs: 100,
  });
  return {
    async put(key, bytes, headers) {
      const answer = await client
        .fetch(`${r2.endpoint}/${r2.bucket}/${key}`, {
          method: "PUT",
          headers: { "content-type": headers.contentType, "cache-control": headers.cacheControl },
          body: bytes,
          signal: AbortSignal.timeout(30_000),
        })
        .catch((error: unknown) => {
          throw storageFailed(String(error));
        });
      const text = await answer.text().catch(() => "");
      if (!answer.ok)
        throw storageFailed(`${answer.status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ""}`.trim());
      return `${r2.publicUrl}/${key}`;
    },
  };
}

function storageFailed(reason: string): HttpError {
  return new HttpError(502, "storage_failed", "The file could not be stored. Try again later.", reason);
}
