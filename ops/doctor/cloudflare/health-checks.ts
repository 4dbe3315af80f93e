import { cloudflarePlans } from "../../../catalog/entitlements/cloudflare.ts";
import type { Check } from "../finding.ts";
import { quotaAnswer } from "../quota.ts";
import { ownResource } from "../own-resource.ts";
import type { Subject } from "../subject.ts";

const type = "cloudflare:index/healthcheck:Healthcheck";

/** Where the stack has health checks: whether there is room for them beside others. */
export const healthCheckChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "health checks",
    run: async (subject) => {
      const { settings, cloudflare, engine, planned } = subject;
      const declared = (await planned()).resources.filter((resource) => resource.type === type);
      if (declared.length === 0) return [];
      subject.named("lavlay:cloudflare.zoneId");
      const { client } = await cloudflare.token.alive();
      const there = await client.list(`/zones/${settings.cloudflare.zoneId}/healthchecks`);
      const state = await engine.state();
      const plan = cloudflarePlans[settings.plans.cloudflare];
      return quotaAnswer({
        of: "health checks",
        used: there.length,
        coming: declared.filter(({ inputs }) => !ownResource(state, type, { name: inputs["name"] })).length,
        limit: plan.healthChecks,
        plan: plan.label,
        fix: "Delete those that nobody needs in Cloudflare's dashboard under Traffic, Health Checks, or take a larger plan for the zone.",
      });
    },
  },
];
