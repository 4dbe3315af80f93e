import { createHash } from "node:crypto";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";

export interface BucketCredentialsArgs {
  accountId: string;
  jurisdiction: string;
  bucketName: pulumi.Input<string>;
  /** What they are for; part of the token's name. */
  purpose: string;
}

/** Reads, writes and lists objects of the buckets that the token's policy names. */
const permissionGroup = "Workers R2 Storage Bucket Item Write";

/** S3 credentials that work on one bucket and nothing else. */
export class BucketCredentials extends pulumi.ComponentResource {
  /** S3's access key id: the token's id. */
  readonly accessKeyId: pulumi.Output<string>;
  /** S3's secret access key: the SHA-256 of the token's value, as R2 defines it. */
  readonly secretAccessKey: pulumi.Output<string>;

  constructor(name: string, args: BucketCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:media:BucketCredentials", name, {}, opts);
    const { accountId, jurisdiction } = args;

    const groups = cloudflare.getAccountApiTokenPermissionGroupsListOutput(
      { accountId, name: permissionGroup },
      { parent: this },
    );
    const token = new cloudflare.AccountToken(
      `${name}-token`,
      {
        accountId,
        name: pulumi.interpolate`${args.bucketName}-${args.purpose}`,
        // Said, so that one that was disabled by hand is a difference, and an update enables it again.
        status: "active",
        policies: [
          {
            effect: "allow",
            permissionGroups: [{ id: groups.results.apply(groupId) }],
            resources: pulumi
              .output(args.bucketName)
              .apply((bucket) => JSON.stringify({ [bucketResource(accountId, jurisdiction, bucket)]: "*" })),
          },
        ],
      },
      { parent: this },
    );

    this.accessKeyId = pulumi.secret(token.id);
    this.secretAccessKey = pulumi.secret(token.value.apply(sha256));
    this.registerOutputs({});
  }
}

/** The name under which a token's policy knows a bucket. */
function bucketResource(accountId: string, jurisdiction: string, bucket: string): string {
  return `com.cloudflare.edge.r2.bucket.${accountId}_${jurisdiction}_${bucket}`;
}

/** Cloudflare's look-up answers with an empty list rather than an error. */
function groupId(groups: readonly { id: string; name: string }[]): string {
  const group = groups.find(({ name }) => name === permissionGroup);
  if (!group) {
    throw new Error(
      `Cloudflare has no permission group "${permissionGroup}" that this token may see. ` +
        `CLOUDFLARE_API_TOKEN needs the permission "Account API Tokens: Edit" on the account.`,
    );
  }
  return group.id;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
