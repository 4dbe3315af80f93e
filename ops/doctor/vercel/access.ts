import type { Settings } from "../../../infra/settings/settings.ts";
import type { VendorClient } from "../../vendors/client.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { vercelClient } from "../../vendors/vercel.ts";
import { CannotTell } from "../finding.ts";
import { once } from "../once.ts";
import { tokenOf, type Token } from "../token.ts";

export interface User {
  readonly username?: string;
  readonly billing?: { readonly plan?: string } | null;
}

export interface Team {
  readonly id: string;
  readonly slug: string;
  readonly billing?: { readonly plan?: string } | null;
}

export interface VercelAccess {
  readonly token: Token<VendorClient, User>;
  /** The stack's team; undefined for a personal account. @throws NoTeam, VendorRefusal or CannotTell */
  team(): Promise<Team | undefined>;
  /** The stack's team or account, for each request. */
  readonly scope: Readonly<Record<string, string | undefined>>;
}

/** The token does not see the team; that is a finding of its own. */
export class NoTeam extends CannotTell {}

export function vercelAccess(settings: Settings, environment: NodeJS.ProcessEnv): VercelAccess {
  const { team } = settings.vercel;
  const token = tokenOf(
    {
      vendor: "Vercel",
      variables: [{ name: "VERCEL_API_TOKEN", form: /^[A-Za-z0-9]{24}$/, inWords: "24 letters and digits" }],
      getOne: `Make one at https://vercel.com/account/settings/tokens${team ? " with the team as its scope" : ""}, then: export VERCEL_API_TOKEN=…`,
      client: (value = "") => vercelClient(settings.endpoints.vercelApi, value),
      identify: async (client) => (await client.call<{ user: User }>("/v2/user")).user,
    },
    environment,
  );
  return {
    token,
    scope: { teamId: team },
    team: once(async () => {
      const { client } = await token.alive();
      if (!team) return undefined;
      try {
        return await client.call<Team>(`/v2/teams/${team}`);
      } catch (error) {
        if (error instanceof VendorRefusal && (error.status === 403 || error.status === 404)) {
          throw new NoTeam(`the token does not see the team ${team}`);
        }
        throw error;
      }
    }),
  };
}
