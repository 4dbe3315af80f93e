import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountToken } from "../../state/model.ts";
import { Store } from "../../state/store.ts";
import { r2PermissionGroups } from "./credentials.ts";
import { createObjectStore } from "./object-store.ts";
import type { ObjectStoreOptions } from "./object-store.ts";

export const accountId = "0123456789abcdef0123456789abcdef";
export const mediaKey = `${accountId}/default/media`;

/** A token for one bucket, with the secret that S3 clients use. */
export function bucketToken(id: string, bucket: string, changes: Partial<AccountToken> = {}): AccountToken {
  return {
    urn: `urn:${id}`,
    id,
    accountId,
    name: id,
    value: `value-of-${id}`,
    status: "active",
    issuedOn: "2026-01-01T00:00:00Z",
    policies: [
      {
        effect: "allow",
        permissionGroups: [{ id: r2PermissionGroups["Workers R2 Storage Bucket Item Write"] }],
        resources: JSON.stringify({ [`com.cloudflare.edge.r2.bucket.${accountId}_default_${bucket}`]: "*" }),
      },
    ],
    ...changes,
  };
}

export function secretOf(token: AccountToken): string {
  return createHash("sha256").update(token.value).digest("hex");
}

/** A store with two buckets, `media` and `other`, served on a free port. For tests. */
export async function startTestStore(options: Partial<ObjectStoreOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), "object-store-"));
  const store = new Store(join(directory, "state.json"));
  for (const name of ["media", "other"]) {
    store.collection("r2Buckets").put(`${accountId}/default/${name}`, {
      urn: `urn:${name}`,
      accountId,
      name,
      jurisdiction: "default",
      location: "weur",
      storageClass: "Standard",
      creationDate: "2026-01-01T00:00:00.000Z",
    });
  }
  const token = bucketToken("access-media", "media");
  store.collection("accountTokens").put(token.id, token);
  const objectStore = createObjectStore({ directory: join(directory, "objects"), store, ...options });
  const server = createServer((request, response) => objectStore.listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  return {
    directory,
    store,
    token,
    objectStore,
    port,
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
