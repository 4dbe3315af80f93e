import type { Settings } from "../../infra/settings/settings.ts";
import type { VendorClient } from "../vendors/client.ts";
import { VendorRefusal } from "../vendors/refusal.ts";
import { sentryClient } from "../vendors/sentry.ts";
import { CannotTell, fail, ok, type Check } from "./finding.ts";
import type { Subject } from "./subject.ts";
import { tokenOf, type Token } from "./token.ts";

interface Organization {
  readonly slug: string;
  readonly name: string;
}

export interface SentryAccess {
  /** The organisation that it opens. */
  readonly token: Token<VendorClient, Organization>;
}

export function sentryAccess(settings: Settings, environment: NodeJS.ProcessEnv): SentryAccess {
  const organization = settings.sentry?.organization;
  return {
    token: tokenOf(
      {
        vendor: "Sentry",
        variables: [
          { name: "SENTRY_AUTH_TOKEN", form: /^[\w.=+/-]{16,}$/, inWords: "an auth token of Sentry" },
        ],
        getOne:
          "Make a token with org:read, team:write, project:admin and alerts:write at https://sentry.io/settings/account/api/auth-tokens/, then: export SENTRY_AUTH_TOKEN=…",
        client: (token = "") => sentryClient(settings.endpoints.sentryApi, token),
        identify: (client) => {
          if (organization === undefined) throw new CannotTell("the stack names no organisation");
          return client.call<Organization>(`/api/0/organizations/${organization}/`);
        },
      },
      environment,
    ),
  };
}

/** Where the app's errors go to Sentry: whether the token opens the organisation, and whether its team is there. */
export const sentryChecks: readonly Check<Pick<Subject, "settings" | "sentry">>[] = [
  {
    area: "Sentry",
    what: "token",
    run: async ({ settings, sentry: { token } }) => {
      if (!settings.sentry) return [];
      return (await token.trouble()) ?? ok(`alive, and opens ${(await token.alive()).who.slug}`);
    },
  },
  {
    area: "Sentry",
    what: "team",
    run: async ({ settings, sentry: { token } }) => {
      const { organization, team } = settings.sentry ?? {};
      if (!team) return [];
      const { client } = await token.alive();
      try {
        await client.call(`/api/0/teams/${organization}/${team}/`);
        return ok(`${team} is there`);
      } catch (error) {
        if (!(error instanceof VendorRefusal && error.status === 404)) throw error;
        return fail(
          `${organization} has no team ${team}, or the token does not see it`,
          `Make it at https://sentry.io/settings/${organization}/teams/, or take lavlay:sentry.team out: then the stack makes one of its own.`,
        );
      }
    },
  },
];
