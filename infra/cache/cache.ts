import * as pulumi from "@pulumi/pulumi";
import * as upstash from "@upstash/pulumi";
import { redisUrl, type Endpoints } from "../settings/endpoints.ts";

export interface CacheArgs {
  /** The database's display name. */
  databaseName: string;
  /** AWS region that takes the writes. */
  region: string;
  endpoints: Endpoints;
}

/** A Redis at Upstash, for what is computed often and for counters that all functions share. */
export class Cache extends pulumi.ComponentResource {
  /** Its REST API, without a trailing slash. */
  readonly url: pulumi.Output<string>;
  /** What opens it. Secret. */
  readonly token: pulumi.Output<string>;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:cache:Cache", name, {}, opts);
    const redis = new upstash.RedisDatabase(
      `${name}-redis`,
      {
        databaseName: args.databaseName,
        // Upstash makes new databases `global` alone: a region of writes, and others of reads on demand.
        region: "global",
        primaryRegion: args.region,
        tls: true,
        // A cache that is full forgets what was used least; it does not refuse writes.
        eviction: true,
      },
      { parent: this },
    );
    this.url = redis.endpoint.apply((endpoint) => redisUrl(args.endpoints, endpoint));
    this.token = pulumi.secret(redis.restToken);
    this.registerOutputs({ url: this.url });
  }
}
