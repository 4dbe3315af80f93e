import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { limits } from "./limits.ts";
import { S3Error } from "./s3-error.ts";

/** The parts of an AWS Signature Version 4, from the header or a presigned URL. */
export interface Signature {
  readonly accessKeyId: string;
  /** `date/region/s3/aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  /** Hex. */
  readonly signature: string;
  /** As sent, `20260131T120000Z`. */
  readonly date: string;
  /** What the signer says of the body: a SHA-256 in hex, `UNSIGNED-PAYLOAD` or `STREAMING-…`. */
  readonly payload: string;
  readonly presigned: boolean;
}

/** Reads the signature and refuses one that is malformed, of another service, out of date, or leaves out what must be signed. */
export function readSignature(request: IncomingMessage, query: URLSearchParams, now: number): Signature {
  const presigned = query.has("X-Amz-Signature");
  if (presigned && request.headers.authorization) {
    throw new S3Error("InvalidArgument", "Only one way to authenticate may be used: the header or the URL.");
  }
  const signature = presigned ? fromQuery(query) : fromHeader(request.headers);
  const [date, region, service, end, ...rest] = signature.scope.split("/");
  if (service !== "s3" || end !== "aws4_request" || rest.length > 0 || date !== signature.date.slice(0, 8)) {
    throw new S3Error("InvalidArgument", "The credential scope must be date/region/s3/aws4_request.");
  }
  if (!["auto", "us-east-1", ""].includes(region ?? "")) {
    throw new S3Error("InvalidArgument", "The region name in the credential scope must be auto.");
  }
  const unsigned = Object.keys(request.headers).filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signature.signedHeaders.includes(name),
  );
  // A presigned URL carries its own content hash rule; a header that nobody signed must not change what is done.
  if (unsigned.length > 0) {
    throw new S3Error(
      "AccessDenied",
      `There were headers present which were not signed: ${unsigned.join(", ")}.`,
    );
  }
  checkTime(signature, query, now);
  return signature;
}

function fromHeader(headers: IncomingHttpHeaders): Signature {
  const match =
    /^AWS4-HMAC-SHA256 +Credential=([^/,]+)\/([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    );
  if (!match) throw new S3Error("Unauthorized", "The request has no AWS4-HMAC-SHA256 authorization.");
  const payload = headers["x-amz-content-sha256"];
  if (typeof payload !== "string")
    throw new S3Error("InvalidRequest", "The header x-amz-content-sha256 is missing.");
  const date = headers["x-amz-date"];
  return {
    accessKeyId: match[1]!,
    scope: match[2]!,
    signedHeaders: match[3]!.split(";"),
    signature: match[4]!,
    date: typeof date === "string" ? date : "",
    payload,
    presigned: false,
  };
}

function fromQuery(query: URLSearchParams): Signature {
  const [accessKeyId = "", ...scope] = (query.get("X-Amz-Credential") ?? "").split("/");
  const signature = query.get("X-Amz-Signature") ?? "";
  if (query.get("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256" || !/^[0-9a-f]{64}$/.test(signature)) {
    throw new S3Error("InvalidArgument", "The presigned URL is not signed with AWS4-HMAC-SHA256.");
  }
  return {
    accessKeyId,
    scope: scope.join("/"),
    signedHeaders: (query.get("X-Amz-SignedHeaders") ?? "").split(";"),
    signature,
    date: query.get("X-Amz-Date") ?? "",
    payload: query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    presigned: true,
  };
}

function checkTime({ date, presigned }: Signature, query: URLSearchParams, now: number): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  const at = parts
    ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`)
    : NaN;
  if (Number.isNaN(at)) throw new S3Error("AccessDenied", "The signing date is missing or malformed.");
  if (!presigned) {
    if (Math.abs(now - at) <= limits.clockSkew) return;
    throw new S3Error(
      "RequestTimeTooSkewed",
      "The request's time and the server's differ by more than 15 minutes.",
    );
  }
  const expires = Number(query.get("X-Amz-Expires") ?? NaN);
  if (!Number.isInteger(expires) || expires < 1 || expires > limits.presignedSeconds) {
    throw new S3Error("InvalidArgument", `X-Amz-Expires must be 1 to ${limits.presignedSeconds} seconds.`);
  }
  if (at - now > limits.clockSkew) throw new S3Error("AccessDenied", "The request is not valid yet.");
  if (now > at + expires * 1000) throw new S3Error("ExpiredRequest", "The presigned URL has expired.");
}

/**
 * The key that signs the scope, or an error when the request is not what was signed. Canonical form:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function verifySignature(request: IncomingMessage, signature: Signature, secret: string): Buffer {
  const [path = "", query = ""] = splitTarget(request.url ?? "/");
  const canonical = [
    request.method,
    encode(decodeURIComponent(path)).replaceAll("%2F", "/"),
    canonicalQuery(query),
    ...signature.signedHeaders.map((name) => `${name}:${headerValue(request, name)}`),
    "",
    signature.signedHeaders.join(";"),
    signature.payload,
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", signature.date, signature.scope, sha256(canonical)].join("\n");
  const key = signature.scope
    .split("/")
    .reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
  const expected = hmac(key, toSign);
  if (!timingSafeEqual(expected, Buffer.from(signature.signature, "hex"))) {
    throw new S3Error(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.",
    );
  }
  return key;
}

/** Path and query of a request target, still encoded. */
export function splitTarget(target: string): [string, string] {
  const at = target.indexOf("?");
  return at < 0 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function canonicalQuery(query: string): string {
  return query
    .split("&")
    .filter((pair) => pair !== "" && !pair.startsWith("X-Amz-Signature="))
    .map((pair) => {
      const [name, ...value] = pair.split("=");
      return [name ?? "", value.join("=")].map((part) => encode(decodeParameter(part)));
    })
    .map(([name = "", value = ""]) => [name, value] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join("="))
    .join("&");
}

function decodeParameter(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new S3Error("InvalidArgument", "A query parameter is not percent-encoded UTF-8.");
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function headerValue(request: IncomingMessage, name: string): string {
  const values = request.headersDistinct[name];
  if (!values) throw new S3Error("SignatureDoesNotMatch", `The signed header ${name} is missing.`);
  return values.map((value) => value.trim().replace(/ +/g, " ")).join(",");
}

/** RFC 3986, as AWS has it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
