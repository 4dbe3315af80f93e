import { AwsClient } from "aws4fetch";
import { HttpError } from "../_shared/http.ts";

export interface StoredObject {
  key: string;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface Bucket {
  /** A page of what there is, in order of the keys; `next` is the `after` of the next one. Throws 502 `storage_failed`. */
  list(after?: string): Promise<{ objects: StoredObject[]; next?: string }>;
  /** Also of what is not there. Throws 502 `storage_failed`. */
  delete(key: string): Promise<void>;
}

/** The media bucket by R2's S3 API. */
export function createBucket(options: {
  endpoint: string;
  name: string;
  accessKeyId: string;
  secretAccessKey: string;
}): Bucket {
  const { endpoint, name, accessKeyId, secretAccessKey } = options;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: "s3",
    region: "auto",
    retries: 2,
    initRetryMs: 100,
  });

  async function ask(method: string, path: string): Promise<string> {
    let answer: Response;
    let text: string;
    try {
      answer = await client.fetch(`${endpoint}/${name}${path}`, {
        method,
        signal: AbortSignal.timeout(20_000),
      });
      text = await answer.text();
    } catch (error) {
      throw failed((error as Error).name);
    }
    if (!answer.ok) throw failed(`${answer.status} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? ""}`.trim());
    return text;
  }

  return {
    async list(after) {
      const query = new URLSearchParams({ "list-type": "2", "encoding-type": "url", "max-keys": "1000" });
      if (after !== undefined) query.set("start-after", after);
      const xml = await ask("GET", `?${query}`);
      const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = ""]) => ({
        key: decodeKey(elementOf(entry, "Key")),
        modified: Date.parse(elementOf(entry, "LastModified")),
      }));
      const last = objects.at(-1)?.key;
      return elementOf(xml, "IsTruncated") === "true" && last ? { objects, next: last } : { objects };
    },
    async delete(key) {
      await ask("DELETE", `/${key.split("/").map(encodeURIComponent).join("/")}`);
    },
  };
}

function elementOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}

/** As `encoding-type=url` writes it. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}

function failed(reason: string): HttpError {
  return new HttpError(502, "storage_failed", "The media cannot be reached now.", `storage: ${reason}`);
}
