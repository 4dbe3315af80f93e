import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccountToken } from "../../state/model.ts";
import type { ObjectFolder } from "./objects.ts";
import type { Uploads } from "./uploads.ts";

/** A bucket as operations use it. */
export interface Bucket {
  /** `account/jurisdiction/name`. */
  readonly bucketKey: string;
  readonly name: string;
  readonly objects: ObjectFolder;
  readonly uploads: Uploads;
}

/** One verified request. */
export interface Operation {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly token: AccountToken;
  /** The body, checked against what was signed when it has been read to its end. */
  readonly body: () => AsyncIterable<Buffer>;
  readonly now: () => number;
  /** Resolves another bucket that the token may read. */
  readonly readableBucket: (name: string) => Bucket;
}

/** Sends XML. */
export function sendXml(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
