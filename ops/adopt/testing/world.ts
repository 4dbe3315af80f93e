import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { cloudflarePermissions } from "../../../catalog/permissions/cloudflare.ts";
import { readStackFile, type StackFile } from "../../../infra/settings/stack-file.ts";
import { byPrefix } from "../../../local/listen.ts";
import { seedAccounts } from "../../../local/seed.ts";
import { createCloudflareApi } from "../../../local/services/cloudflare-api/cloudflare-api.ts";
import { createManagementApi } from "../../../local/services/management-api/management-api.ts";
import { createSentryApi } from "../../../local/services/sentry-api/sentry-api.ts";
import { createUpstashApi } from "../../../local/services/upstash-api/upstash-api.ts";
import { createVercelApi } from "../../../local/services/vercel-api/vercel-api.ts";
import { Store } from "../../../local/state/store.ts";
import { projectRoot } from "../../root.ts";
import { cloudflareClient, type CloudflareClient } from "../../vendors/cloudflare.ts";
import type { VendorClient } from "../../vendors/client.ts";
import { sentryClient } from "../../vendors/sentry.ts";
import { upstashClient } from "../../vendors/upstash.ts";
import { planAdoption, type AdoptOptions, type AdoptReport } from "../adopt.ts";
import type { Takeover } from "../judge.ts";

export const accountId = "0000000000000000000000000010ca10";
export const zoneId = "0000000000000000000000000020ca10";

/** The vendors as they are before the first `up`, and what is to be taken over there. */
export interface World {
  readonly store: Store;
  readonly environment: NodeJS.ProcessEnv;
  readonly cloudflare: CloudflareClient;
  readonly upstash: VendorClient;
  readonly sentry: VendorClient;
  plan(options?: Partial<AdoptOptions>): Promise<AdoptReport>;
  takeover(name: string, options?: Partial<AdoptOptions>): Promise<Takeover | undefined>;
  /** The Cloudflare token has these permissions alone. */
  allow(...permissions: string[]): void;
  /** The Cloudflare token has all permissions but these. */
  deny(...permissions: string[]): void;
  close(): void;
}

/** @param changes keys of the stack `local` that are otherwise than in its YAML */
export async function startWorld(changes: Record<string, unknown> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-adopt-"));
  const store = new Store(join(folder, "state.json"));
  seedAccounts(store);
  const [token, email] = ["token", "ops@lavlay.localhost"];
  const listener = byPrefix(getRequestListener(createManagementApi({ store, token }).fetch), {
    "/cloudflare": getRequestListener(createCloudflareApi({ store, token }).fetch),
    "/vercel": getRequestListener(createVercelApi({ store, token }).fetch),
    "/upstash": getRequestListener(createUpstashApi({ store, email, key: token }).fetch),
    "/sentry": getRequestListener(createSentryApi({ store, token }).fetch),
  });
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const at = `http://127.0.0.1:${port}`;
  const environment = {
    LAVLAY_LOCAL_MANAGEMENT_PORT: String(port),
    CLOUDFLARE_API_TOKEN: token,
    SUPABASE_ACCESS_TOKEN: token,
    VERCEL_API_TOKEN: token,
    UPSTASH_EMAIL: email,
    UPSTASH_API_KEY: token,
    SENTRY_AUTH_TOKEN: token,
  };
  const plan = (options: Partial<AdoptOptions> = {}) =>
    planAdoption({ stack: "local", environment, owned: new Set(), file: configured(changes), ...options });
  const allow = (...permissions: string[]) => {
    const accounts = store.collection("accounts");
    const { cloudflare, ...rest } = accounts.get("accounts")!;
    accounts.put("accounts", { ...rest, cloudflare: { ...cloudflare, token: { permissions } } });
  };
  return {
    ...{ store, environment, plan, allow },
    cloudflare: cloudflareClient(`${at}/cloudflare/client/v4`, token),
    upstash: upstashClient(`${at}/upstash`, email, token),
    sentry: sentryClient(`${at}/sentry`, token),
    takeover: async (name, options) => (await plan(options)).takeovers.find((each) => each.name === name),
    deny: (...permissions) =>
      allow(...cloudflarePermissions.map(({ name }) => name).filter((name) => !permissions.includes(name))),
    close: () => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The stack `local`, with some of its keys changed. */
export function configured(changes: Record<string, unknown> = {}): StackFile {
  const { values, secretKeys } = readStackFile(projectRoot, "local");
  const changed = Object.entries(changes).map(([key, value]) => [
    `lavlay:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { values: { ...values, ...Object.fromEntries(changed) }, secretKeys };
}
