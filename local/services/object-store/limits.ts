/** R2's limits (https://developers.cloudflare.com/r2/platform/limits/). */
export const limits = {
  /** Bytes of a key in UTF-8. */
  keyBytes: 1024,
  /** Bytes of one PUT or part: 4.995 GiB. */
  putBytes: Math.floor(4.995 * 2 ** 30),
  /** Bytes of all `x-amz-meta-` names and values. */
  metadataBytes: 8192,
  /** The least bytes of every part but the last. */
  partBytes: 5 * 2 ** 20,
  partNumber: 10_000,
  /** Keys of one listing or one DeleteObjects. */
  keys: 1000,
  /** Seconds a presigned URL may be valid. */
  presignedSeconds: 604_800,
  /** Milliseconds a clock may differ. */
  clockSkew: 15 * 60_000,
  /** Bytes of an XML request body; 1,000 keys of 1,024 bytes fit. */
  xmlBytes: 4 * 2 ** 20,
} as const;
