import type { Settings } from "../../../infra/settings/settings.ts";
import { cloudflareClient, type CloudflareClient } from "../../vendors/cloudflare.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { CannotTell } from "../finding.ts";
import { once } from "../once.ts";
import { tokenOf, type Token } from "../token.ts";

/** A token as Cloudflare tells of it. */
export interface TokenIdentity {
  readonly id: string;
  readonly status: "active" | "disabled" | "expired";
  /** ISO time; absent where it does not expire. */
  readonly expires_on?: string;
  /** Whether it belongs to the account or to a person. */
  readonly owner: "account" | "user";
}

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly paused: boolean;
  readonly account: { readonly id: string };
  readonly plan: { readonly legacy_id?: string };
}

export interface CloudflareAccess {
  readonly token: Token<CloudflareClient, TokenIdentity>;
  /** @throws VendorRefusal or CannotTell */
  zone(): Promise<Zone>;
  /** Names of the account's buckets in the stack's jurisdiction. @throws VendorRefusal or CannotTell */
  buckets(): Promise<readonly string[]>;
}

export function cloudflareAccess(
  settings: Settings,
  named: (...keys: readonly string[]) => void,
  environment: NodeJS.ProcessEnv,
): CloudflareAccess {
  const { accountId, zoneId } = settings.cloudflare;
  const token = tokenOf(
    {
      vendor: "Cloudflare",
      variables: [
        {
          name: "CLOUDFLARE_API_TOKEN",
          form: /^[\w-]{40,}$/,
          inWords: "40 letters, digits, hyphens and underscores",
        },
      ],
      getOne:
        "Make one at https://dash.cloudflare.com/?to=/:account/api-tokens with the permissions below, then: export CLOUDFLARE_API_TOKEN=…",
      client: (value = "") => cloudflareClient(settings.endpoints.cloudflareApi, value),
      identify: (client) => verify(client, accountId, named),
    },
    environment,
  );
  return {
    token,
    zone: once(async () => {
      named("lavlay:cloudflare.zoneId");
      const { client } = await token.alive();
      return client.call<Zone>(`/zones/${zoneId}`);
    }),
    buckets: once(async () => {
      named("lavlay:cloudflare.accountId");
      const { client } = await token.alive();
      return bucketsOf(client, settings);
    }),
  };
}

/** Cloudflare verifies an account's own token and a person's at different addresses, and knows neither at the other's. */
async function verify(
  client: CloudflareClient,
  accountId: string,
  named: (...keys: readonly string[]) => void,
): Promise<TokenIdentity> {
  const ask = async (path: string, owner: TokenIdentity["owner"]) => ({
    ...(await client.call<Omit<TokenIdentity, "owner">>(path)),
    owner,
  });
  try {
    return await ask("/user/tokens/verify", "user");
  } catch (error) {
    if (!(error instanceof VendorRefusal) || error.status >= 429 || error.status === 0) throw error;
    // Without an account the other half cannot be asked.
    try {
      named("lavlay:cloudflare.accountId");
    } catch {
      throw new CannotTell("lavlay:cloudflare.accountId is not set, and the token may be that account's own");
    }
    return ask(`/accounts/${accountId}/tokens/verify`, "account");
  }
}

interface BucketPage {
  readonly result?: { readonly buckets?: readonly { readonly name: string }[] };
  readonly result_info?: { readonly cursor?: string };
}

/** R2 pages by a cursor, which the last page does not have. */
async function bucketsOf(
  client: CloudflareClient,
  { cloudflare, media }: Settings,
): Promise<readonly string[]> {
  const names: string[] = [];
  for (let cursor: string | undefined; ;) {
    const { result, result_info: info } = await client.body<BucketPage>(
      `/accounts/${cloudflare.accountId}/r2/buckets`,
      { query: { cursor, per_page: 1000 }, headers: inJurisdiction(media) },
    );
    names.push(...(result?.buckets ?? []).map(({ name }) => name));
    cursor = info?.cursor || undefined;
    if (!cursor) return names;
  }
}

/** Of which jurisdiction R2 is asked. */
export function inJurisdiction({ jurisdiction }: Settings["media"]): Readonly<Record<string, string>> {
  return jurisdiction === "default" ? {} : { "cf-r2-jurisdiction": jurisdiction };
}
