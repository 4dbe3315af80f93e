import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Store } from "../../state/store.ts";
import type { AccountToken, R2Bucket } from "../../state/model.ts";
import { corsHeaders, preflightHeaders } from "../http/cors.ts";
import { deleteObjects, listObjects, listUploads } from "./bucket-operations.ts";
import { allows, allowsAccount, isActive, secretAccessKey } from "./credentials.ts";
import type { Access } from "./credentials.ts";
import type { Bucket, Operation } from "./operation.ts";
import { sendXml } from "./operation.ts";
import { checkKey } from "./objects.ts";
import { copyObject, decode, deleteObject, getObject, putObject } from "./object-operations.ts";
import { readPayload } from "./payload.ts";
import { S3Error } from "./s3-error.ts";
import { readSignature, splitTarget, verifySignature } from "./signature.ts";
import { abortUpload, completeUpload, createUpload, listParts, putPart } from "./upload-operations.ts";
import { actionTypeOf } from "./usage.ts";
import { discard, toXml } from "./xml.ts";

interface Options {
  readonly store: Store;
  readonly bucket: (bucketKey: string) => Bucket;
  readonly now: () => number;
  /** Throws TooManyRequests where a key is written too often. */
  readonly beforeWrite: (bucketKey: string, key: string) => void;
  /** Is told of each operation whose caller may do it: only those count. */
  readonly counted: (bucketKey: string, actionType: string) => void;
}

/** R2's S3 API, path style. */
export function createListener(options: Options): RequestListener {
  return (request, response) => {
    handle(options, request, response).catch((error: unknown) => answerError(request, response, error));
  };
}

async function handle(options: Options, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path, queryText] = splitTarget(request.url ?? "/");
  const query = new URLSearchParams(queryText);
  const [, name = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(decode(path)) ?? [];
  const corsRules = corsRulesOf(options.store, name);
  if (request.method === "OPTIONS") return preflight(request, response, corsRules);
  const cors = corsHeaders(corsRules, request.headers.origin, request.method ?? "");
  for (const [header, value] of Object.entries(cors)) response.setHeader(header, value);

  const signature = readSignature(request, query, options.now());
  const token = activeToken(options, signature.accessKeyId);
  const signingKey = verifySignature(request, signature, secretAccessKey(token));
  const operation: Operation = {
    request,
    response,
    query,
    token,
    now: options.now,
    body: () => readPayload(request, signature, signingKey),
    readableBucket: (other) => openBucket(options, token, other, "read"),
  };
  if (name === "") return listBuckets(options.store, operation);
  const writing = request.method !== "GET" && request.method !== "HEAD";
  const bucket = openBucket(options, token, name, writing ? "write" : "read");
  const copies = request.headers["x-amz-copy-source"] !== undefined;
  options.counted(bucket.bucketKey, actionTypeOf(request.method, key, query, copies));
  if (key === "") return bucketOperation(bucket, operation);
  checkKey(key);
  const finishing = request.method === "POST" && query.has("uploadId");
  if (finishing || (request.method === "PUT" && !query.has("partNumber")))
    options.beforeWrite(bucket.bucketKey, key);
  return objectOperation(bucket, key, operation);
}

function bucketOperation(bucket: Bucket, operation: Operation): Promise<void> | void {
  const { request, response, query } = operation;
  const subresource = [...query.keys()].find((name) => unsupportedSubresources.includes(name));
  if (subresource)
    throw new S3Error("NotImplemented", `The sub-resource ${subresource} of a bucket is not imitated.`);
  switch (request.method) {
    case "HEAD":
      return void response.writeHead(200, { "x-amz-bucket-region": "auto" }).end();
    case "GET":
      if (query.has("location")) return sendXml(response, toXml("LocationConstraint", {}));
      return query.has("uploads") ? listUploads(bucket, operation) : listObjects(bucket, operation);
    case "POST":
      if (query.has("delete")) return deleteObjects(bucket, operation);
  }
  throw new S3Error(
    "NotImplemented",
    "Buckets are created, changed and deleted by the Pulumi program, not through the S3 API.",
  );
}

const unsupportedSubresources = [
  "acl",
  "cors",
  "encryption",
  "lifecycle",
  "object-lock",
  "policy",
  "tagging",
  "versioning",
  "versions",
  "website",
];

function objectOperation(bucket: Bucket, key: string, operation: Operation): Promise<void> {
  const { request, query } = operation;
  const subresource = ["acl", "tagging", "retention", "legal-hold", "attributes", "select", "restore"].find(
    (name) => query.has(name),
  );
  if (subresource)
    throw new S3Error("NotImplemented", `The sub-resource ${subresource} of an object is not imitated.`);
  const upload = query.has("uploadId");
  switch (request.method) {
    case "GET":
    case "HEAD":
      return upload ? listParts(bucket, key, operation) : getObject(bucket, key, operation);
    case "PUT":
      if (upload) return putPart(bucket, key, operation);
      if (request.headers["x-amz-copy-source"] !== undefined) return copyObject(bucket, key, operation);
      return putObject(bucket, key, operation);
    case "POST":
      if (query.has("uploads")) return createUpload(bucket, key, operation);
      if (upload) return completeUpload(bucket, key, operation);
      break;
    case "DELETE":
      return upload ? abortUpload(bucket, key, operation) : deleteObject(bucket, key, operation);
  }
  throw new S3Error("MethodNotAllowed", `${request.method} is not a method of an object.`);
}

function activeToken({ store, now }: Options, accessKeyId: string): AccountToken {
  const token = store.collection("accountTokens").get(accessKeyId);
  if (!token || !isActive(token, now())) {
    throw new S3Error("Unauthorized", "The access key does not exist, is disabled or has expired.");
  }
  return token;
}

function openBucket(options: Options, token: AccountToken, name: string, access: Access): Bucket {
  const records = bucketsNamed(options.store, name).filter(({ accountId }) => accountId === token.accountId);
  const keys = records.map(bucketKeyOf);
  const allowed = keys.find((key) => allows(token, key, access));
  if (allowed) return options.bucket(allowed);
  if (keys.length === 0 && allowsAccount(token, token.accountId)) {
    throw new S3Error("NoSuchBucket", "The specified bucket does not exist.");
  }
  throw new S3Error("AccessDenied", "Access Denied");
}

function listBuckets(store: Store, { request, response, token }: Operation): void {
  if (request.method !== "GET") throw new S3Error("MethodNotAllowed", "Only GET lists the buckets.");
  if (!allowsAccount(token, token.accountId)) throw new S3Error("AccessDenied", "Access Denied");
  const buckets = store
    .collection("r2Buckets")
    .list()
    .filter(({ accountId }) => accountId === token.accountId)
    .map(({ name, creationDate }) => ({ Name: name, CreationDate: creationDate }));
  const owner = { ID: token.accountId, DisplayName: token.accountId };
  sendXml(response, toXml("ListAllMyBucketsResult", { Owner: owner, Buckets: { Bucket: buckets } }));
}

/** The key of a bucket's record. */
export function bucketKeyOf({ accountId, jurisdiction, name }: R2Bucket): string {
  return `${accountId}/${jurisdiction}/${name}`;
}

function bucketsNamed(store: Store, name: string): R2Bucket[] {
  return store
    .collection("r2Buckets")
    .list()
    .filter((bucket) => bucket.name === name);
}

function corsRulesOf(store: Store, name: string) {
  return bucketsNamed(store, name).flatMap(
    (bucket) => store.collection("r2BucketCors").get(bucketKeyOf(bucket))?.rules ?? [],
  );
}

function preflight(
  request: IncomingMessage,
  response: ServerResponse,
  rules: ReturnType<typeof corsRulesOf>,
): void {
  const headers = preflightHeaders(
    rules,
    request.headers.origin,
    request.headers["access-control-request-method"],
    request.headers["access-control-request-headers"],
  );
  if (!headers) throw new S3Error("AccessForbidden", "CORSResponse: this CORS request is not allowed.");
  response.writeHead(204, headers).end();
}

function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known =
    error instanceof S3Error ? error : new S3Error("InternalError", "We encountered an internal error.");
  if (known !== error && !response.destroyed) console.error("object store:", error);
  if (response.headersSent || response.destroyed) return void response.destroy();
  discard(request);
  const text = toXml("Error", { Code: known.code, Message: known.message }).replace(/ xmlns="[^"]*"/, "");
  response.writeHead(known.status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(text),
    // The rest of an upload that was refused is not waited for.
    ...(request.complete ? {} : { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}
