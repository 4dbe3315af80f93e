import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import type { Signature } from "./signature.ts";
import { hmac, sha256 } from "./signature.ts";
import { S3Error } from "./s3-error.ts";

const emptySha256 = sha256("");

/** The body of a request as content: unpacked from `aws-chunked`, and refused at its end unless every digest fits. */
export async function* readPayload(
  request: IncomingMessage,
  signature: Signature,
  signingKey: Buffer,
): AsyncIterable<Buffer> {
  const trailers = new Map<string, string>();
  const streaming = signature.payload.startsWith("STREAMING-");
  const source = streaming
    ? unchunk(request, signature, signingKey, trailers)
    : (request as AsyncIterable<Buffer>);
  const digests = wantedDigests(request, signature, streaming);
  const declared = Number(request.headers["x-amz-decoded-content-length"] ?? NaN);
  let length = 0;
  try {
    for await (const chunk of source) {
      length += chunk.length;
      for (const digest of digests) digest.update(chunk);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof S3Error) throw error;
    throw new S3Error("IncompleteBody", "The request body ended before its declared length.");
  }
  if (!request.complete)
    throw new S3Error("IncompleteBody", "The request body ended before its declared length.");
  if (streaming && declared !== length) {
    throw new S3Error(
      "IncompleteBody",
      `The body has ${length} bytes, x-amz-decoded-content-length says otherwise.`,
    );
  }
  for (const digest of digests) digest.check(trailers);
}

interface Digest {
  update(chunk: Buffer): void;
  /** Throws BadDigest when the content is another. */
  check(trailers: ReadonlyMap<string, string>): void;
}

function wantedDigests(request: IncomingMessage, signature: Signature, streaming: boolean): Digest[] {
  const digests: Digest[] = [];
  const { payload } = signature;
  if (/^[0-9a-f]{64}$/.test(payload)) {
    digests.push(hashDigest("sha256", "hex", "x-amz-content-sha256", () => payload));
  } else if (!streaming && payload !== "UNSIGNED-PAYLOAD") {
    throw new S3Error(
      "InvalidArgument",
      "x-amz-content-sha256 must be a SHA-256 in hex, UNSIGNED-PAYLOAD or STREAMING-….",
    );
  }
  const md5 = request.headers["content-md5"];
  if (md5 !== undefined) {
    if (typeof md5 !== "string" || !/^[A-Za-z0-9+/]{22}==$/.test(md5)) {
      throw new S3Error("InvalidDigest", "Content-MD5 must be an MD5 in base64.");
    }
    digests.push(hashDigest("md5", "base64", "content-md5", () => md5));
  }
  const trailing = String(request.headers["x-amz-trailer"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  for (const name of ["sha256", "sha1", "crc32", "crc32c", "crc64nvme"]) {
    const header = `x-amz-checksum-${name}`;
    const sent = request.headers[header];
    if (sent === undefined && !trailing.includes(header)) continue;
    const expected = (trailers: ReadonlyMap<string, string>) => trailers.get(header) ?? String(sent ?? "");
    if (name === "sha256" || name === "sha1") digests.push(hashDigest(name, "base64", header, expected));
    else if (name === "crc32") digests.push(crcDigest(header, expected));
    else throw new S3Error("NotImplemented", `${header} is not imitated; send crc32, sha1 or sha256.`);
  }
  return digests;
}

type Expected = (trailers: ReadonlyMap<string, string>) => string;

function hashDigest(
  algorithm: string,
  encoding: "hex" | "base64",
  header: string,
  expected: Expected,
): Digest {
  const hash = createHash(algorithm);
  return {
    update: (chunk) => void hash.update(chunk),
    check: (trailers) => refuseUnequal(hash.digest(encoding), expected(trailers), header),
  };
}

function crcDigest(header: string, expected: Expected): Digest {
  let value = 0;
  return {
    update: (chunk) => void (value = crc32(chunk, value)),
    check: (trailers) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      refuseUnequal(bytes.toString("base64"), expected(trailers), header);
    },
  };
}

function refuseUnequal(actual: string, expected: string, header: string): void {
  if (actual === expected) return;
  throw new S3Error("BadDigest", `The ${header} you specified did not match what we received.`);
}

/**
 * Unpacks `aws-chunked`: `size[;chunk-signature=…]\r\n` data `\r\n` … `0\r\n` trailers, checking each chunk's
 * signature where the payload is signed. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
async function* unchunk(
  request: AsyncIterable<Buffer>,
  signature: Signature,
  signingKey: Buffer,
  trailers: Map<string, string>,
): AsyncIterable<Buffer> {
  const signed = signature.payload.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  if (!signed && signature.payload !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    throw new S3Error("NotImplemented", `The payload ${signature.payload} is not imitated.`);
  }
  const reader = new Reader(request);
  let previous = signature.signature;
  const checkSignature = (algorithm: string, parts: readonly string[], sent: string | undefined) => {
    const toSign = [algorithm, signature.date, signature.scope, previous, ...parts].join("\n");
    previous = hmac(signingKey, toSign).toString("hex");
    if (previous !== sent)
      throw new S3Error("SignatureDoesNotMatch", "The signature of a chunk does not match.");
  };
  for (;;) {
    const [size = "", extension] = (await reader.line()).split(";");
    if (!/^[0-9A-Fa-f]{1,8}$/.test(size))
      throw new S3Error("IncompleteBody", "The chunked body is malformed.");
    const length = parseInt(size, 16);
    const hash = createHash("sha256");
    for await (const part of reader.take(length)) {
      hash.update(part);
      yield part;
    }
    if (signed) {
      const sent = /^chunk-signature=([0-9a-f]{64})$/.exec(extension ?? "")?.[1];
      checkSignature("AWS4-HMAC-SHA256-PAYLOAD", [emptySha256, hash.digest("hex")], sent);
    }
    if (length === 0) break;
    if ((await reader.line()) !== "") throw new S3Error("IncompleteBody", "The chunked body is malformed.");
  }
  if (!signature.payload.endsWith("-TRAILER")) return;
  let canonical = "";
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const [name = "", ...value] = line.split(":");
    if (name === "x-amz-trailer-signature") {
      checkSignature("AWS4-HMAC-SHA256-TRAILER", [sha256(canonical)], value.join(":").trim());
      return;
    }
    canonical += `${line}\n`;
    trailers.set(name.toLowerCase(), value.join(":").trim());
  }
  if (signed) throw new S3Error("SignatureDoesNotMatch", "The signature of the trailers is missing.");
}

/** Lines and runs of bytes from a stream. */
class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to the next CRLF, or "" at the end. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#buffer.toString("latin1", 0, end);
        this.#buffer = this.#buffer.subarray(end + 2);
        return line;
      }
      if (this.#buffer.length > 4096) throw new S3Error("IncompleteBody", "The chunked body is malformed.");
      if (!(await this.#more())) return "";
    }
  }

  async *take(length: number): AsyncIterable<Buffer> {
    while (length > 0) {
      if (this.#buffer.length === 0 && !(await this.#more())) {
        throw new S3Error("IncompleteBody", "The request body ended before its declared length.");
      }
      const part = this.#buffer.subarray(0, length);
      this.#buffer = this.#buffer.subarray(part.length);
      length -= part.length;
      yield part;
    }
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done) return false;
    this.#buffer = Buffer.concat([this.#buffer, value]);
    return true;
  }
}
