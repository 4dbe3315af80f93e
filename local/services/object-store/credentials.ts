import { createHash } from "node:crypto";
import type { AccountToken } from "../../state/model.ts";

/**
 * Cloudflare's permission groups for R2: the same ids in every account.
 * Item groups belong to one bucket, the others to a whole account.
 */
export const r2PermissionGroups = {
  "Workers R2 Storage Bucket Item Read": "6a018a9f2fc74eb6b293b0c548f38b39",
  "Workers R2 Storage Bucket Item Write": "2efd5506f9c8494dacb1fa10a3e7d5b6",
  "Workers R2 Storage Read": "b4992e1108244f5d8bfbd5744320c2e1",
  "Workers R2 Storage Write": "bf7481a1826f439697cb59a20b22293e",
} as const;

export type Access = "read" | "write";

/** The S3 secret access key of an account token. */
export function secretAccessKey(token: AccountToken): string {
  return createHash("sha256").update(token.value).digest("hex");
}

/** Whether the token is active at that time. */
export function isActive(token: AccountToken, now: number): boolean {
  return token.status === "active" && !(token.expiresOn && Date.parse(token.expiresOn) <= now);
}

/** Whether the token's policies allow the access to that bucket (key `account/jurisdiction/name`). Writing includes reading. */
export function allows(token: AccountToken, bucketKey: string, access: Access): boolean {
  const applying = token.policies.filter(({ resources }) => coversBucket(resources, bucketKey));
  const grants = (effect: string) =>
    applying.some(
      (policy) =>
        policy.effect === effect && policy.permissionGroups.some(({ id }) => groups[access].includes(id)),
    );
  return grants("allow") && !grants("deny");
}

/** Whether the token may list an account's buckets, which a token of a single bucket may not. */
export function allowsAccount(token: AccountToken, accountId: string): boolean {
  return token.policies.some(
    (policy) =>
      policy.effect === "allow" &&
      policy.permissionGroups.some(({ id }) => accountGroups.includes(id)) &&
      `com.cloudflare.api.account.${accountId}` in parseResources(policy.resources),
  );
}

const accountGroups: readonly string[] = [
  r2PermissionGroups["Workers R2 Storage Read"],
  r2PermissionGroups["Workers R2 Storage Write"],
];
const writeGroups: readonly string[] = [
  r2PermissionGroups["Workers R2 Storage Bucket Item Write"],
  r2PermissionGroups["Workers R2 Storage Write"],
];
const groups: Readonly<Record<Access, readonly string[]>> = {
  write: writeGroups,
  read: [
    ...writeGroups,
    r2PermissionGroups["Workers R2 Storage Bucket Item Read"],
    r2PermissionGroups["Workers R2 Storage Read"],
  ],
};

function coversBucket(resources: string, bucketKey: string): boolean {
  const [accountId, jurisdiction, name] = bucketKey.split("/");
  const covered = parseResources(resources);
  return (
    covered[`com.cloudflare.edge.r2.bucket.${accountId}_${jurisdiction}_${name}`] === "*" ||
    covered[`com.cloudflare.api.account.${accountId}`] === "*"
  );
}

/** `resources` is a JSON string in the provider; what is none covers nothing. */
function parseResources(resources: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(resources)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
