import type { Settings } from "../../../infra/settings/settings.ts";
import type { VendorClient } from "../../vendors/client.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { supabaseClient } from "../../vendors/supabase.ts";
import { CannotTell } from "../finding.ts";
import { once } from "../once.ts";
import { tokenOf, type Token } from "../token.ts";

export interface Organization {
  readonly id: string;
  readonly slug?: string;
  readonly name: string;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** Such as `ACTIVE_HEALTHY` or `INACTIVE`, which is paused. */
  readonly status: string;
  readonly organization_id?: string;
  readonly organization_slug?: string;
}

export interface SupabaseAccess {
  /** The organisations that its owner belongs to. */
  readonly token: Token<VendorClient, readonly Organization[]>;
  /** The stack's organisation. @throws VendorRefusal or CannotTell */
  organization(): Promise<{ readonly plan: string }>;
  /** The organisation's projects. @throws VendorRefusal or CannotTell */
  projects(): Promise<readonly Project[]>;
}

export function supabaseAccess(
  settings: Settings,
  named: (...keys: readonly string[]) => void,
  environment: NodeJS.ProcessEnv,
): SupabaseAccess {
  const { organizationId } = settings.supabase;
  const token = tokenOf(
    {
      vendor: "Supabase",
      variables: [
        {
          name: "SUPABASE_ACCESS_TOKEN",
          form: /^sbp_(oauth_)?[0-9a-f]{40}$/,
          inWords: "sbp_ and 40 hexadecimal digits",
        },
      ],
      getOne:
        "Make one at https://supabase.com/dashboard/account/tokens, then: export SUPABASE_ACCESS_TOKEN=…",
      client: (value = "") => supabaseClient(settings.endpoints.management, value),
      identify: (client) => client.call<readonly Organization[]>("/v1/organizations"),
    },
    environment,
  );
  return {
    token,
    organization: once(async () => {
      named("lavlay:supabase.organizationId");
      const { client } = await token.alive();
      try {
        return await client.call<{ plan: string }>(`/v1/organizations/${organizationId}`);
      } catch (error) {
        if (error instanceof VendorRefusal && (error.status === 404 || error.status === 403)) {
          throw new CannotTell(`the organisation ${organizationId} is not visible to the token`);
        }
        throw error;
      }
    }),
    projects: once(async () => {
      named("lavlay:supabase.organizationId");
      const { client } = await token.alive();
      const all = await client.call<readonly Project[]>("/v1/projects");
      return all.filter(
        ({ organization_id: id, organization_slug: slug }) =>
          id === organizationId || slug === organizationId,
      );
    }),
  };
}
