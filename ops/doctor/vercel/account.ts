import { vercelPlans } from "../../../catalog/entitlements/vercel.ts";
import { fail, ok, type Check } from "../finding.ts";
import { planAnswer } from "../plan-answer.ts";
import type { Subject } from "../subject.ts";
import { NoTeam } from "./access.ts";

/** Whether the token lives and sees the team, and which plan that has. */
export const accountChecks: readonly Check<Subject>[] = [
  {
    area: "Vercel",
    what: "token",
    run: async ({ vercel: { token } }) => {
      const trouble = await token.trouble();
      if (trouble) return trouble;
      return ok(`alive, of ${(await token.alive()).who.username ?? "somebody without a name"}`);
    },
  },
  {
    area: "Vercel",
    what: "team",
    run: async ({ stack, settings, vercel }) => {
      try {
        const team = await vercel.team();
        return ok(team ? `${team.slug} (${team.id})` : "none: a personal account");
      } catch (error) {
        if (!(error instanceof NoTeam)) throw error;
        return fail(
          error.message,
          `Make the token with ${settings.vercel.team} as its scope, or set another team: pulumi config set --path 'lavlay:vercel.team' team_… -s ${stack}`,
        );
      }
    },
  },
  {
    area: "Vercel",
    what: "plan",
    run: async ({ settings, vercel }) => {
      const team = await vercel.team();
      const { who } = await vercel.token.alive();
      return planAnswer({
        settings,
        vendor: "vercel",
        plans: vercelPlans,
        real: (team ?? who).billing?.plan,
        upgradeAt: team
          ? `https://vercel.com/teams/${team.slug}/settings/billing`
          : "https://vercel.com/account/billing",
      });
    },
  },
];
