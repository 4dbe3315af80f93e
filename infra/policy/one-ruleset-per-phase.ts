import type { PolicyResource, StackPolicy } from "./policy.ts";

/** A second ruleset of a phase replaces the first one's rules, or is refused half-way through an update. */
export const oneRulesetPerPhase: StackPolicy = {
  name: "one-ruleset-per-phase",
  description: "All rules of a zone and phase stand in one Ruleset.",
  level: "mandatory",
  checkStack(resources) {
    const first = new Map<string, PolicyResource>();
    return resources
      .filter(({ type }) => type === "cloudflare:index/ruleset:Ruleset")
      .flatMap((resource) => {
        const { phase, zoneId } = resource.props;
        if (typeof phase !== "string" || typeof zoneId !== "string") return [];
        const other = first.get(`${zoneId} ${phase}`);
        first.set(`${zoneId} ${phase}`, other ?? resource);
        if (!other) return [];
        const message = `phase: ${phase}, but ${other.name} has that phase of the zone already. Put all its rules there.`;
        return [{ urn: resource.urn, message }];
      });
  },
};
