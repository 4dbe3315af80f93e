import { existingAnswer } from "../conflict.ts";
import { about, ok, type Answer, type Check } from "../finding.ts";
import type { Subject } from "../subject.ts";

const type = "cloudflare:index/ruleset:Ruleset";

interface ListedRuleset {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly phase: string;
}

/** A zone has one ruleset per phase: whether somebody else's is where the stack's would be. */
export const rulesetChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "rulesets",
    run: async (subject) => {
      subject.named("lavlay:cloudflare.zoneId");
      const { settings, cloudflare } = subject;
      const { client } = await cloudflare.token.alive();
      const { resources } = await subject.planned();
      const phases = resources
        .filter((resource) => resource.type === type)
        .map(({ inputs }) => String(inputs["phase"]));
      const listed = await client.call<ListedRuleset[]>(`/zones/${settings.cloudflare.zoneId}/rulesets`);
      const inTheirPlace = listed.filter(({ kind, phase }) => kind === "zone" && phases.includes(phase));
      if (inTheirPlace.length === 0) return ok(`none yet in ${phases.join(", ")}`);
      return Promise.all(
        inTheirPlace.map(async ({ id, name, phase }): Promise<Answer> => {
          const answer = await existingAnswer(subject, {
            type,
            known: { id },
            declaredAs: (inputs) => inputs["phase"] === phase,
            name: `the ruleset "${name}"`,
            orElse: `move its rules away and delete it (DELETE /zones/${settings.cloudflare.zoneId}/rulesets/${id}).`,
          });
          return about(`ruleset of ${phase}`, answer);
        }),
      );
    },
  },
];
