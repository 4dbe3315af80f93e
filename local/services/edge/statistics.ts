/** What the edge has done since it was started. */
export interface EdgeStatistics {
  /** Requests for hosts of a zone. */
  readonly requests: number;
  /** Bytes of content sent. */
  readonly bytes: number;
  /** By `cf-cache-status`. */
  readonly cacheStatus: Readonly<Record<string, number>>;
  /** Refused by a rate-limit rule. */
  readonly rateLimited: number;
  /** Refused by a firewall rule. */
  readonly blocked: number;
  /** Answers kept now, and their bytes. */
  readonly cached: { readonly answers: number; readonly bytes: number };
}

/** The counters behind {@link EdgeStatistics}. */
export class Counters {
  requests = 0;
  bytes = 0;
  rateLimited = 0;
  blocked = 0;
  readonly cacheStatus: Record<string, number> = {};

  answered(cacheStatus: string, bytes: number): void {
    this.cacheStatus[cacheStatus] = (this.cacheStatus[cacheStatus] ?? 0) + 1;
    this.bytes += bytes;
  }
}
