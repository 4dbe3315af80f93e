import fc from "fast-check";
import { tierNames } from "../../infra/settings/schema.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { testSettings } from "../../infra/settings/testing.ts";

/** Supabase's part of a stack's configuration, with some of its keys changed, for tests. */
export function supabase(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { organizationId: "lavlay", region: "eu-west-1", ...changes };
}

/** Any settings of a paying tier that the plans allow. */
export const paidSettings: fc.Arbitrary<Settings> = fc
  .record({
    tier: fc.constantFrom(...tierNames.filter((tier) => tier !== "free")),
    supabase: fc
      .record({
        computeSize: fc.constantFrom("small", "medium", "large", "xlarge", "16xlarge"),
        poolSize: fc.constant(15),
        replicaRegions: fc.uniqueArray(fc.constantFrom("eu-west-1", "us-east-1"), { maxLength: 2 }),
        pointInTimeRecoveryDays: fc.constantFrom(0, 7, 14, 28),
        diskGigabytes: fc.integer({ min: 8, max: 16_384 }),
        dedicatedPooler: fc.boolean(),
      })
      .map(supabase),
    redis: fc.record({ enabled: fc.boolean() }),
    budget: fc.option(fc.record({ monthlyUsd: fc.integer({ min: 0, max: 5000 }) }), { nil: undefined }),
  })
  .map(testSettings);
