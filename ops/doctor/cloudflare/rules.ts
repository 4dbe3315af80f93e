import { cloudflarePlans } from "../../../catalog/entitlements/cloudflare.ts";
import { ruleLimit } from "../../../catalog/rules/ruleset.ts";
import type { CloudflareClient } from "../../vendors/cloudflare.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { about, ok, type Answer, type Check } from "../finding.ts";
import { quotaAnswer } from "../quota.ts";
import type { Subject } from "../subject.ts";

const type = "cloudflare:index/ruleset:Ruleset";

interface ListedRule {
  /** What a rule is known by whatever becomes of its id. */
  readonly ref?: string;
}

/**
 * Whether there is room in each phase for the stack's rules beside those that somebody made by hand. The limits are the plan's:
 * https://developers.cloudflare.com/ruleset-engine/rulesets-api/#limits
 */
export const ruleChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "rules",
    run: async (subject) => {
      subject.named("lavlay:cloudflare.zoneId");
      const { settings, cloudflare, planned } = subject;
      const { client } = await cloudflare.token.alive();
      const { resources } = await planned();
      return Promise.all(
        resources
          .filter((resource) => resource.type === type)
          .map(async ({ inputs }) => {
            const phase = String(inputs["phase"]);
            const there = await rulesIn(client, settings.cloudflare.zoneId, phase);
            return about(`rules of ${phase}`, answer(subject, phase, inputs["rules"] as ListedRule[], there));
          }),
      );
    },
  },
];

function answer(
  { settings }: Subject,
  phase: string,
  declared: readonly ListedRule[],
  there: readonly ListedRule[],
): Answer {
  const own = new Set(declared.map(({ ref }) => ref));
  const others = there.filter(({ ref }) => !own.has(ref)).length;
  const plan = cloudflarePlans[settings.plans.cloudflare];
  const limit = ruleLimit(phase, plan);
  // What the stack declares by itself was held against the plan before.
  if (others === 0) return ok(`${declared.length} of ${limit} on ${plan.label}, nobody else's`);
  const quota = quotaAnswer({
    of: "rules, of others,",
    used: others,
    coming: declared.length,
    limit,
    plan: plan.label,
    fix: "Move them to another phase or delete them in Cloudflare's dashboard under Rules, or take a larger plan for the zone. The next change of the phase by the stack takes them out.",
  });
  // A phase's rules are written as a whole: an update does not fail, it takes the others out.
  return quota.verdict === "fail" ? { ...quota, verdict: "warn" } : quota;
}

/** None where the phase has no ruleset. */
async function rulesIn(
  client: CloudflareClient,
  zoneId: string,
  phase: string,
): Promise<readonly ListedRule[]> {
  try {
    const path = `/zones/${zoneId}/rulesets/phases/${phase}/entrypoint`;
    return (await client.call<{ rules?: readonly ListedRule[] }>(path)).rules ?? [];
  } catch (error) {
    if (error instanceof VendorRefusal && error.status === 404) return [];
    throw error;
  }
}
