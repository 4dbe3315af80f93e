import { recorded } from "../recorded.ts";
import { accountToken } from "./account-token.ts";
import { dnsRecord } from "./dns-record.ts";
import { listPermissionGroups } from "./permission-groups.ts";
import { r2Bucket } from "./r2-bucket.ts";
import { r2CustomDomain } from "./r2-custom-domain.ts";
import { r2BucketCors, r2BucketLifecycle } from "./r2-rules.ts";
import { cloudflareRecorded } from "./recorded.ts";
import { ruleset } from "./ruleset.ts";
import { tieredCache, zoneSetting } from "./zone-setting.ts";

export const cloudflareBehaviours = [
  r2Bucket,
  r2CustomDomain,
  r2BucketCors,
  r2BucketLifecycle,
  ruleset,
  zoneSetting,
  tieredCache,
  dnsRecord,
  accountToken,
  ...cloudflareRecorded.map(recorded),
];
export const cloudflareLookups = [listPermissionGroups];
