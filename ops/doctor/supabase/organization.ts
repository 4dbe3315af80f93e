import { supabasePlans } from "../../../catalog/entitlements/supabase.ts";
import { fail, ok, type Check } from "../finding.ts";
import { planAnswer } from "../plan-answer.ts";
import type { Subject } from "../subject.ts";

/** Whether the token lives and sees the organisation, and which plan that has. */
export const organizationChecks: readonly Check<Subject>[] = [
  {
    area: "Supabase",
    what: "token",
    run: async ({ supabase: { token } }) => {
      const trouble = await token.trouble();
      if (trouble) return trouble;
      const { who } = await token.alive();
      return ok(`alive, of a member of ${who.map(({ name }) => name).join(", ") || "no organisation"}`);
    },
  },
  {
    area: "Supabase",
    what: "organisation",
    run: async (subject) => {
      subject.named("lavlay:supabase.organizationId");
      const { stack, settings, supabase } = subject;
      const { organizationId } = settings.supabase;
      const { who } = await supabase.token.alive();
      if (who.some(({ id, slug }) => id === organizationId || slug === organizationId)) {
        return ok(organizationId);
      }
      const seen = who.map(({ id, slug }) => slug ?? id).join(", ") || "none";
      return fail(
        `the token's owner is no member of ${organizationId}; it sees ${seen}`,
        `Take one of these with pulumi config set --path 'lavlay:supabase.organizationId' SLUG -s ${stack}, or let an owner invite you.`,
      );
    },
  },
  {
    area: "Supabase",
    what: "plan",
    run: async ({ settings, supabase }) =>
      planAnswer({
        settings,
        vendor: "supabase",
        plans: supabasePlans,
        real: (await supabase.organization()).plan,
        upgradeAt: `https://supabase.com/dashboard/org/${settings.supabase.organizationId}/billing`,
      }),
  },
];
