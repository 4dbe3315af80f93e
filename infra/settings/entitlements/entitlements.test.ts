import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloudflarePlanNames } from "../../../catalog/entitlements/cloudflare.ts";
import { computeSizes, supabasePlanNames } from "../../../catalog/entitlements/supabase.ts";
import { RefusedError, type Problem } from "../../../catalog/problem.ts";
import { tierNames } from "../schema.ts";
import { settingsOf } from "../settings.ts";
import { stackConfig } from "../testing.ts";
import { entitlements } from "./index.ts";

function problems(changes: Record<string, unknown>): readonly Problem[] {
  try {
    settingsOf("prod", stackConfig(changes), {}, "apply");
    return [];
  } catch (error) {
    if (error instanceof RefusedError) return error.problems;
    throw error;
  }
}

const account = (plan: string) => ({ accountId: "a".repeat(32), zoneId: "b".repeat(32), plan });
const project = (more: object) => ({ organizationId: "lavlay", region: "eu-west-1", ...more });
const limits = { requests: 100, period: 10, timeout: 10 };
const route = { name: "videos", host: "media", path: "/videos/", ...limits };
const media = (edgeTtl: number) => ({ bucket: "lavlay-media", edgeTtl });

/** Each entitlement by name: a configuration that breaks it, and every refusal that follows: key, value, limit, the plan that allows it. */
const violations: Record<
  string,
  { config: Record<string, unknown>; refused: [key: string, value: string, limit: string, upgrade: string][] }
> = {
  "edge TTL": {
    config: { media: media(3600) },
    refused: [
      [
        "lavlay:media.edgeTtl",
        "3600 s",
        "Cloudflare Free allows no edge TTL under 7200 s",
        "Cloudflare Pro ($20 a month)",
      ],
    ],
  },
  "rate-limit rules": {
    config: {
      cloudflare: account("pro"),
      rateLimit: { ...limits, routes: [route, { ...route, name: "avatars", path: "/avatars/" }] },
    },
    refused: [
      [
        "lavlay:rateLimit.routes",
        "2 beside the zone's own",
        "Cloudflare Pro allows 2 rules in all",
        "Cloudflare Business ($200 a month)",
      ],
    ],
  },
  "rate-limit expression": {
    config: { rateLimit: { ...limits, routes: [route] } },
    refused: [
      [
        "lavlay:rateLimit.routes",
        "1 beside the zone's own",
        "Cloudflare Free allows the zone's own rule alone",
        "Cloudflare Pro ($20 a month)",
      ],
      [
        "lavlay:rateLimit.routes[0].host",
        "media",
        "Cloudflare Free tests http.request.uri.path, cf.bot_management.verified_bot, cf.client.bot",
        "Cloudflare Pro ($20 a month)",
      ],
    ],
  },
  "rate-limit period": {
    config: { rateLimit: { ...limits, period: 120 } },
    refused: [
      [
        "lavlay:rateLimit.period",
        "120 s",
        "Cloudflare Free counts over 10 s",
        "Cloudflare Business ($200 a month)",
      ],
    ],
  },
  "rate-limit timeout": {
    config: {
      cloudflare: account("pro"),
      rateLimit: { ...limits, routes: [{ ...route, timeout: 86_400 }] },
    },
    refused: [
      [
        "lavlay:rateLimit.routes[0].timeout",
        "86400 s",
        "Cloudflare Pro refuses for 0, 10, 60, 120, 300, 600, 3600 s",
        "Cloudflare Business ($200 a month)",
      ],
    ],
  },
  Polish: {
    config: { images: { enabled: true } },
    refused: [
      [
        "lavlay:images.polish",
        "lossy",
        "Cloudflare Free does not recompress images",
        "Cloudflare Pro ($20 a month)",
      ],
    ],
  },
  "load balancer's check interval": {
    config: { loadBalancer: { enabled: true, intervalSeconds: 10 } },
    refused: [
      [
        "lavlay:loadBalancer.intervalSeconds",
        "10 s",
        "Cloudflare Free checks origins every 15 s at most",
        "Cloudflare Enterprise (price not published)",
      ],
    ],
  },
  "alerts by webhook": {
    config: { tier: "pro", monitoring: { emails: [], webhook: "https://hooks.lavlay.com" } },
    refused: [
      [
        "lavlay:monitoring.webhook",
        "https://hooks.lavlay.com",
        "Cloudflare Free sends e-mails alone",
        "Cloudflare Pro ($20 a month)",
      ],
    ],
  },
  "compute size": {
    config: { supabase: project({ computeSize: "small" }) },
    refused: [
      ["lavlay:supabase.computeSize", "small", "Supabase Free runs on nano", "Supabase Pro ($25 a month)"],
    ],
  },
  "disk that grows": {
    config: { supabase: project({ diskGigabytes: 20 }) },
    refused: [
      [
        "lavlay:supabase.diskGigabytes",
        "20 GB",
        "Supabase Free holds 0.5 GB and no more",
        "Supabase Pro ($25 a month)",
      ],
    ],
  },
  "read replicas": {
    config: { supabase: project({ replicaRegions: ["eu-west-1"] }) },
    refused: [
      [
        "lavlay:supabase.replicaRegions",
        "eu-west-1",
        "Supabase Free has no read replicas",
        "Supabase Pro ($25 a month)",
      ],
      [
        "lavlay:supabase.replicaRegions",
        "eu-west-1",
        "compute nano has no replicas",
        "compute small ($15 a month)",
      ],
    ],
  },
  "point-in-time recovery": {
    config: { supabase: project({ pointInTimeRecoveryDays: 7 }) },
    refused: [
      [
        "lavlay:supabase.pointInTimeRecoveryDays",
        "7 days",
        "Supabase Free has no point-in-time recovery",
        "Supabase Pro ($25 a month)",
      ],
      [
        "lavlay:supabase.pointInTimeRecoveryDays",
        "7 days",
        "compute nano is too small for point-in-time recovery",
        "compute small ($15 a month)",
      ],
    ],
  },
  "dedicated pooler": {
    config: { supabase: project({ dedicatedPooler: true }) },
    refused: [
      [
        "lavlay:supabase.dedicatedPooler",
        "true",
        "Supabase Free has the shared pooler alone",
        "Supabase Pro ($25 a month)",
      ],
    ],
  },
  "Realtime connections": {
    config: { supabase: project({ realtimeConnections: 501 }) },
    refused: [
      [
        "lavlay:supabase.realtimeConnections",
        "501",
        "Supabase Free allows 200 at once",
        "Supabase Team ($599 a month)",
      ],
    ],
  },
  "connections of the pooler to Postgres": {
    config: { supabase: project({ poolSize: 100 }) },
    refused: [
      [
        "lavlay:supabase.poolSize",
        "100",
        "compute nano takes 60 direct connections",
        "compute medium ($60 a month)",
      ],
    ],
  },
  "read replicas by compute size": {
    config: { tier: "pro", supabase: project({ computeSize: "micro", replicaRegions: ["eu-west-1"] }) },
    refused: [
      [
        "lavlay:supabase.replicaRegions",
        "eu-west-1",
        "compute micro has no replicas",
        "compute small ($15 a month)",
      ],
    ],
  },
  "point-in-time recovery by compute size": {
    config: { tier: "pro", supabase: project({ pointInTimeRecoveryDays: 14 }) },
    refused: [
      [
        "lavlay:supabase.pointInTimeRecoveryDays",
        "14 days",
        "compute micro is too small for point-in-time recovery",
        "compute small ($15 a month)",
      ],
    ],
  },
  "commercial use": {
    config: { tier: "pro", vercel: { plan: "hobby" } },
    refused: [
      [
        "lavlay:vercel.plan",
        "hobby",
        "Vercel Hobby is for non-commercial use, and this tier takes payments",
        "Vercel Pro ($20 a month)",
      ],
    ],
  },
};

describe("a plan's limit", () => {
  it.each(Object.entries(violations))("%s", (_name, { config, refused }) => {
    const found = problems(config);
    expect(found.map(({ key, value, limit }) => [key, value, limit])).toEqual(
      refused.map(([key, value, limit]) => [key, value, limit]),
    );
    for (const [index, [, , , upgrade]] of refused.entries()) {
      expect(found[index]?.fix).toContain(`or change the plan: ${upgrade} allows it.`);
      expect(found[index]?.see).toMatch(/^https:/);
    }
  });

  it("is broken by a test each", () => {
    expect(Object.keys(violations).sort()).toEqual(entitlements.map(({ name }) => name).sort());
  });

  it("breaks together with the others in one refusal", () => {
    const found = problems({
      media: media(60),
      rateLimit: { ...limits, period: 3600 },
      supabase: project({ computeSize: "xlarge", dedicatedPooler: true }),
      images: { enabled: true },
    });
    expect(found.map(({ key }) => key)).toEqual([
      "lavlay:media.edgeTtl",
      "lavlay:rateLimit.period",
      "lavlay:images.polish",
      "lavlay:supabase.computeSize",
      "lavlay:supabase.dedicatedPooler",
    ]);
  });

  it("that no plan lifts says so", () => {
    const [problem] = problems({ rateLimit: { ...limits, period: 7 } });
    expect(problem?.fix).toContain("no plan allows it.");
  });
});

describe("settings that do not go together", () => {
  it.each([
    [
      "alerts that nobody gets",
      { tier: "pro", monitoring: { emails: [] } },
      "lavlay:monitoring.emails",
      "nobody would get them",
    ],
    [
      "a limit of a host that is not behind Cloudflare",
      { tier: "team", rateLimit: { ...limits, routes: [{ ...route, host: "api" }] } },
      "lavlay:rateLimit.routes[0].host",
      "cannot limit it",
    ],
    [
      "a route twice",
      { cloudflare: account("business"), rateLimit: { ...limits, routes: [route, route] } },
      "lavlay:rateLimit.routes",
      "it stands there twice",
    ],
    [
      "a replica's region twice",
      { tier: "team", supabase: project({ replicaRegions: ["eu-west-1", "eu-west-1"] }) },
      "lavlay:supabase.replicaRegions",
      "it stands there twice",
    ],
  ])("%s", (_name, changes, key, limit) => {
    expect(problems(changes)).toEqual([
      expect.objectContaining({ key, limit: expect.stringContaining(limit) }),
    ]);
  });
});

/** Any configuration that the schema takes, with the plans left out. */
const anyConfig = fc.record({
  tier: fc.constantFrom(...tierNames),
  edgeTtl: fc.integer({ min: 0, max: 10_000 }),
  period: fc.constantFrom(7, 10, 60, 120, 300, 3600),
  timeout: fc.constantFrom(0, 10, 60, 3600, 86_400),
  routes: fc.integer({ min: 0, max: 6 }),
  computeSize: fc.constantFrom(undefined, ...computeSizes.filter((size) => size !== "nano")),
  poolSize: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
  replicaRegions: fc.subarray(["eu-west-1", "us-east-1", "ap-south-1"]),
  pointInTimeRecoveryDays: fc.constantFrom(0, 7, 14, 28),
  dedicatedPooler: fc.boolean(),
  realtimeConnections: fc.integer({ min: 1, max: 20_000 }),
  diskGigabytes: fc.option(fc.integer({ min: 8, max: 500 }), { nil: undefined }),
  images: fc.boolean(),
  loadBalancer: fc.option(fc.integer({ min: 5, max: 60 }), { nil: undefined }),
  webhook: fc.boolean(),
});

describe("raising", () => {
  type Plans = { cloudflare: string; supabase: string; vercel: string; computeSize?: string };
  const broken = (any: typeof anyConfig extends fc.Arbitrary<infer T> ? T : never, plans: Plans) => {
    const { edgeTtl, period, timeout, routes, images, loadBalancer, webhook, tier, ...supabase } = any;
    const found = problems({
      tier,
      media: media(edgeTtl),
      cloudflare: account(plans.cloudflare),
      supabase: project({
        ...supabase,
        ...(plans.computeSize && { computeSize: plans.computeSize }),
        plan: plans.supabase,
      }),
      vercel: { plan: plans.vercel },
      rateLimit: {
        requests: 100,
        period,
        timeout,
        routes: Array.from({ length: routes }, (_, index) => ({ ...route, name: `route-${index}` })),
      },
      images: { enabled: images },
      loadBalancer: { enabled: loadBalancer !== undefined, intervalSeconds: loadBalancer ?? 60 },
      monitoring: {
        enabled: true,
        emails: ["ops@lavlay.com"],
        ...(webhook && { webhook: "https://hooks.lavlay.com" }),
      },
    });
    return new Set(found.map(({ key, value }) => `${key} ${value}`));
  };
  const pair = (names: readonly string[]) =>
    fc.tuple(fc.nat(names.length - 1), fc.nat(names.length - 1)).map(([a, b]) => ({
      low: names[Math.min(a, b)] as string,
      high: names[Math.max(a, b)] as string,
    }));

  it("a plan never adds a violation", () => {
    fc.assert(
      fc.property(
        anyConfig,
        pair(cloudflarePlanNames),
        pair(supabasePlanNames),
        pair(["hobby", "pro", "enterprise"]),
        (any, cloudflare, supabase, vercel) => {
          const plans = (level: "low" | "high") => ({
            cloudflare: cloudflare[level],
            supabase: supabase[level],
            vercel: vercel[level],
          });
          const before = broken(any, plans("low"));
          for (const violation of broken(any, plans("high"))) expect(before).toContain(violation);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("the compute size never adds a violation on a paid plan", () => {
    const plans = { cloudflare: "enterprise", supabase: "enterprise", vercel: "pro" };
    const paid = computeSizes.filter((size) => size !== "nano");
    fc.assert(
      fc.property(anyConfig, pair(paid), (any, { low, high }) => {
        const before = broken(any, { ...plans, computeSize: low });
        for (const violation of broken(any, { ...plans, computeSize: high }))
          expect(before).toContain(violation);
      }),
      { numRuns: 300 },
    );
  });
});
