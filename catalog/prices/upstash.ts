import { upstashPlans, type UpstashPlan } from "../entitlements/upstash.ts";
import type { Meter, Use } from "./meter.ts";
import { sources } from "./source.ts";

const megabytesPerGigabyte = 1000;

/** What a Redis' plan meters: Free refuses beyond what it includes, pay as you go includes nothing. */
export function upstashMeters(
  plan: UpstashPlan,
): Record<Extract<Use, "redisCommands" | "redisStorage">, Meter> {
  const { commands, megabytes, per100kCommandsUsd, perGigabyteUsd } = upstashPlans[plan];
  return {
    redisCommands: {
      name: "Upstash commands",
      unit: "commands",
      included: commands === "unlimited" ? 0 : commands,
      rate: commands === "unlimited" ? { usd: per100kCommandsUsd, per: 100_000 } : "none",
      source: sources.upstash,
    },
    redisStorage: {
      name: "Upstash storage",
      unit: "GB",
      included: megabytes === "unknown" ? 0 : megabytes / megabytesPerGigabyte,
      rate: megabytes === "unknown" ? { usd: perGigabyteUsd, per: 1 } : "none",
      source: sources.upstash,
    },
  };
}
