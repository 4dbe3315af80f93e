import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { objectStoreUrl, type Endpoints } from "../settings/endpoints.ts";
import { validGenerations, type Generations } from "../settings/generations.ts";
import { BucketCredentials } from "./credentials.ts";

export interface MediaArgs {
  /** Cloudflare's account id. */
  accountId: string;
  /** The zone that holds the media host; in the same account. */
  zoneId: string;
  bucket: string;
  jurisdiction: "default" | "eu" | "fedramp";
  /** Where to make the bucket; honoured the first time its name is used. */
  location?: string;
  /** The media host, such as `media.lavlay.com`. */
  host: string;
  /** Where people fetch media, such as `https://media.lavlay.com`. */
  url: string;
  /** Origins of the web app, without a path: no other page may read media by script. */
  allowedOrigins: string[];
  /** Days after which an unfinished multipart upload is thrown away. */
  abortUploadsAfterDays: number;
  /** Of the S3 credentials: `next` and `previous` are valid beside the current ones. */
  credentialGenerations: Generations;
  endpoints: Endpoints;
  /** Refuse to delete the bucket, and keep it when it leaves the program. */
  protect: boolean;
}

/** Where uploads are stored and from where they are served: an R2 bucket behind a host of the zone. */
export class Media extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** Where people fetch media; an object's address is `${url}/${key}`. */
  readonly url: pulumi.Output<string>;
  /** The S3 API that uploads go to. */
  readonly endpoint: string;
  /** S3 credentials for this bucket alone: those in use. */
  readonly credentials: BucketCredentials;

  constructor(name: string, args: MediaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:media:Media", name, {}, opts);
    const { accountId, jurisdiction } = args;

    const bucket = new cloudflare.R2Bucket(
      `${name}-bucket`,
      { accountId, jurisdiction, name: args.bucket, location: args.location },
      { parent: this, protect: args.protect, retainOnDelete: args.protect },
    );
    const onBucket = { accountId, jurisdiction, bucketName: bucket.name };

    const domain = new cloudflare.R2CustomDomain(
      `${name}-domain`,
      { ...onBucket, domain: args.host, zoneId: args.zoneId, enabled: true, minTls: "1.2" },
      // A host leads to one bucket: Cloudflare refuses a second while the first holds it.
      { parent: this, protect: args.protect, retainOnDelete: args.protect, deleteBeforeReplace: true },
    );

    new cloudflare.R2BucketCors(
      `${name}-cors`,
      {
        ...onBucket,
        rules: [
          {
            id: "app",
            allowed: { methods: ["GET", "HEAD"], origins: args.allowedOrigins, headers: ["range"] },
            exposeHeaders: ["content-length", "content-range", "etag"],
            maxAgeSeconds: 86_400,
          },
          {
            // To addresses that the upload function signs; the signature says which of these headers it wants.
            id: "presigned-uploads",
            allowed: {
              methods: ["PUT"],
              origins: args.allowedOrigins,
              headers: ["cache-control", "content-disposition", "content-type"],
            },
            maxAgeSeconds: 86_400,
          },
        ],
      },
      { parent: this },
    );

    new cloudflare.R2BucketLifecycle(
      `${name}-lifecycle`,
      {
        ...onBucket,
        rules: [
          {
            id: "abort-unfinished-uploads",
            enabled: true,
            conditions: { prefix: "" },
            abortMultipartUploadsTransition: {
              condition: { type: "Age", maxAge: args.abortUploadsAfterDays * 86_400 },
            },
          },
          {
            // Sent to a presigned address, and never published.
            id: "forget-pending-uploads",
            enabled: true,
            conditions: { prefix: "pending/" },
            deleteObjectsTransition: { condition: { type: "Age", maxAge: 86_400 } },
          },
        ],
      },
      { parent: this },
    );

    const [credentials] = validGenerations(args.credentialGenerations).map((generation) => {
      const mark = generation === 1 ? "" : `-${generation}`;
      return new BucketCredentials(
        `${name}-credentials${mark}`,
        { ...onBucket, purpose: `upload${mark}` },
        { parent: this },
      );
    });
    this.credentials = credentials!;
    this.bucketName = bucket.name;
    // Whoever uses the address waits until the domain is connected.
    this.url = domain.domain.apply(() => args.url);
    this.endpoint = objectStoreUrl(args.endpoints, accountId, jurisdiction);
    this.registerOutputs({ bucketName: this.bucketName, url: this.url });
  }
}
