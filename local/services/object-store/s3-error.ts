/** An answer of the S3 API that is no success; codes and statuses as R2 documents them. */
export class S3Error extends Error {
  constructor(
    readonly code: keyof typeof statuses,
    message: string,
  ) {
    super(message);
    this.name = "S3Error";
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** https://developers.cloudflare.com/r2/api/error-codes/ */
const statuses = {
  AccessDenied: 403,
  AccessForbidden: 403,
  BadDigest: 400,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  ExpiredRequest: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidObjectName: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  TooManyRequests: 429,
  Unauthorized: 401,
} as const;
