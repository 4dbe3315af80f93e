import { AwsClient } from "aws4fetch";
import type { Configuration } from "./env.ts";
import { HttpError } from "./http.ts";
import { putStream } from "./r2-stream.ts";

export interface ObjectHeaders {
  contentType: string;
  cacheControl: string;
}

export interface PutOptions extends ObjectHeaders {
  /** Refuse with 409 `in_progress` where there is an object already. */
  onlyNew?: boolean;
}

/** The first bytes of an object, and what is known of all of it. */
export interface ObjectStart {
  bytes: Uint8Array;
  /** Of the whole, in bytes. */
  size: number;
  etag: string;
}

/** One bucket. All of it throws 502 `storage_failed` when the storage does not do as it is told. */
export interface MediaStore {
  /** Where the object can be read. */
  urlOf(key: string): string;
  /** Stores what is held whole; tries again when the storage is busy. */
  put(key: string, bytes: Uint8Array<ArrayBuffer>, options: PutOptions): Promise<void>;
  /** Stores a body of known length while it flows. What it throws ends the request, and nothing is stored. */
  putStream(key: string, body: AsyncIterable<Uint8Array>, length: number, options: PutOptions): Promise<void>;
  /** Begins an upload in parts, for a body whose length nobody knows yet. */
  beginParts(key: string, options: PutOptions): Promise<PartsUpload>;
  /** The first key that begins so. */
  find(prefix: string): Promise<string | undefined>;
  /** An object as it comes. */
  open(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** An object's first bytes, or undefined where there is none. */
  start(key: string, count: number): Promise<ObjectStart | undefined>;
  /** Copies an object that is still the one with that ETag; undefined when it is not. */
  copy(from: string, etag: string, to: string, headers: ObjectHeaders): Promise<true | undefined>;
  delete(key: string): Promise<void>;
  /** An address to which a body of just this type and length can be PUT, with just these headers. */
  presignPut(key: string, headers: Record<string, string>, seconds: number): Promise<string>;
}

export interface PartsUpload {
  /** Parts follow one another; all but the last are of one size, at least 5 MiB. */
  add(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  complete(): Promise<void>;
  /** Leaves nothing behind. Does not throw. */
  abort(): Promise<void>;
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
  const bucketUrl = `${r2.endpoint}/${r2.bucket}`;
  const addressOf = (key: string): string => `${bucketUrl}/${key}`;

  /** Answers what is no failure: 2xx, and the statuses that the caller knows what to do with. */
  const ask = async (url: string, init: RequestInit, known: readonly number[] = []): Promise<Response> => {
    const answer = await client
      .fetch(url, { ...init, signal: AbortSignal.timeout(30_000) })
      .catch((error: unknown) => {
        throw storageFailed(String(error));
      });
    if (answer.ok || known.includes(answer.status)) return answer;
    throw refusal(answer.status, await answer.text().catch(() => ""));
  };
  /** The same, of which the answer's text matters at most. */
  const text = async (url: string, init: RequestInit): Promise<string> =>
    (await ask(url, init)).text().catch((error: unknown) => {
      throw storageFailed(String(error));
    });

  return {
    urlOf: (key) => `${r2.publicUrl}/${key}`,
    async put(key, bytes, options) {
      await text(addressOf(key), { method: "PUT", headers: headersOf(options), body: bytes });
    },
    async putStream(key, body, length, options) {
      const { url, headers } = await client.sign(addressOf(key), {
        method: "PUT",
        headers: headersOf(options),
      });
      const answer = await putStream(url, Object.fromEntries(headers), body, length);
      if (answer.status !== 200) throw refusal(answer.status, answer.text);
    },
    async beginParts(key, options) {
      const begun = await text(`${addressOf(key)}?uploads`, { method: "POST", headers: headersOf(options) });
      const address = `${addressOf(key)}?uploadId=${encodeURIComponent(element(begun, "UploadId"))}`;
      const etags: string[] = [];
      return {
        async add(bytes) {
          const url = `${address}&partNumber=${etags.length + 1}`;
          const answer = await ask(url, { method: "PUT", body: bytes });
          etags.push(answer.headers.get("etag") ?? "");
          await answer.body?.cancel();
        },
        async complete() {
          const parts = etags.map(
            (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
          );
          const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
          await text(address, { method: "POST", body });
        },
        async abort() {
          await text(address, { method: "DELETE" }).catch(() => {});
        },
      };
    },
    async find(prefix) {
      const query = new URLSearchParams({ "list-type": "2", "max-keys": "1", prefix });
      const listing = await text(`${bucketUrl}?${query}`, {});
      return listing.includes("<Key>") ? element(listing, "Key") : undefined;
    },
    async open(key) {
      const { body } = await ask(addressOf(key), {});
      return body ?? new ReadableStream<Uint8Array>();
    },
    async start(key, count) {
      const answer = await ask(addressOf(key), { headers: { range: `bytes=0-${count - 1}` } }, [404, 416]);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.status === 404) return undefined;
      const etag = answer.headers.get("etag") ?? "";
      // An object of no bytes has no range.
      if (answer.status === 416) return { bytes: new Uint8Array(), size: 0, etag };
      const size = Number(/\/(\d+)$/.exec(answer.headers.get("content-range") ?? "")?.[1] ?? bytes.length);
      return { bytes, size, etag };
    },
    async copy(from, etag, to, headers) {
      const answer = await ask(
        addressOf(to),
        {
          method: "PUT",
          headers: {
            ...headersOf(headers),
            "x-amz-copy-source": `/${r2.bucket}/${from}`,
            "x-amz-copy-source-if-match": etag,
            "x-amz-metadata-directive": "REPLACE",
          },
        },
        [404, 412],
      );
      await answer.body?.cancel();
      return answer.ok || undefined;
    },
    async delete(key) {
      await text(addressOf(key), { method: "DELETE" });
    },
    async presignPut(key, headers, seconds) {
      const url = new URL(addressOf(key));
      url.searchParams.set("X-Amz-Expires", String(seconds));
      const aws = { signQuery: true, allHeaders: true };
      return (await client.sign(url.href, { method: "PUT", headers, aws })).url;
    },
  };
}

function headersOf({ contentType, cacheControl, onlyNew }: PutOptions): Record<string, string> {
  const headers = { "content-type": contentType, "cache-control": cacheControl };
  return onlyNew ? { ...headers, "if-none-match": "*" } : headers;
}

function element(xml: string, name: string): string {
  const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (value === undefined) throw storageFailed(`no ${name} in the answer`);
  return value;
}

/** What the storage says is for the log alone, and of that just the code. */
function refusal(status: number, text: string): HttpError {
  if (status === 412) {
    const message = "The same upload is being stored. Try again in a moment.";
    return new HttpError(409, "in_progress", message, undefined, { "retry-after": "1" });
  }
  return storageFailed(`${status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ""}`.trim());
}

function storageFailed(reason: string): HttpError {
  return new HttpError(502, "storage_failed", "The file could not be stored. Try again later.", reason);
}
