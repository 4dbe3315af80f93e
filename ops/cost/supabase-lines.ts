import { compute, supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { sources } from "../../catalog/prices/source.ts";
import { supabaseAddOns } from "../../catalog/prices/supabase.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import { cents, type CostLine } from "./amount.ts";

/** What a Supabase project costs beside its organisation's plan. */
export function supabaseLines(settings: Settings): CostLine[] {
  return [
    computeLine(settings),
    ...replicaLines(settings),
    ...recoveryLines(settings),
    ...diskLines(settings),
    ...ipv4Lines(settings),
  ];
}

function computeLine({ plans, supabase: { computeSize } }: Settings): CostLine {
  const price = compute[computeSize].monthlyUsd;
  const credit = supabasePlans[plans.supabase].computeCreditUsd;
  return {
    label: "Supabase compute",
    monthlyUsd: Math.max(0, price - credit),
    how: `${computeSize} $${price}${credit > 0 ? ` less the plan's credit of $${credit}` : ""}`,
    source: sources.supabase,
  };
}

function replicaLines({ supabase: { computeSize, replicaRegions } }: Settings): CostLine[] {
  if (replicaRegions.length === 0) return [];
  const price = compute[computeSize].monthlyUsd;
  return [
    {
      label: "Supabase read replicas",
      monthlyUsd: replicaRegions.length * price,
      how: `${replicaRegions.length} × ${computeSize} $${price}, without credit, in ${replicaRegions.join(", ")}`,
      source: sources.supabase,
    },
    {
      label: "Supabase disk of the replicas",
      monthlyUsd: "unknown",
      how: "whether it is charged, and how, is not known",
      source: sources.supabaseReplicaDisk,
    },
  ];
}

function recoveryLines({ supabase: { pointInTimeRecoveryDays: days } }: Settings): CostLine[] {
  if (days === 0) return [];
  const price = supabaseAddOns.sevenDaysOfRecoveryUsd;
  return [
    {
      label: "Supabase point-in-time recovery",
      monthlyUsd: (days / 7) * price,
      how: `${days} days, $${price} for each seven`,
      source: sources.supabase,
    },
  ];
}

function diskLines({ plans, supabase: { diskGigabytes: size } }: Settings): CostLine[] {
  if (size === undefined) return [];
  const included = supabasePlans[plans.supabase].databaseGigabytes;
  if (included === "custom") {
    return [
      {
        label: "Supabase disk",
        monthlyUsd: "unknown",
        how: `${size} GB, of which a contract says how many are included`,
        source: sources.supabaseContract,
      },
    ];
  }
  const beyond = Math.max(0, size - included);
  const price = supabaseAddOns.diskGigabyteUsd;
  return [
    {
      label: "Supabase disk",
      monthlyUsd: cents(beyond * price),
      how: `${size} GB, ${included} of them included${beyond > 0 ? `, ${beyond} × $${price}` : ""}`,
      source: sources.supabase,
    },
  ];
}

function ipv4Lines({ supabase: { dedicatedPooler } }: Settings): CostLine[] {
  if (!dedicatedPooler) return [];
  return [
    {
      label: "Supabase IPv4 address",
      monthlyUsd: supabaseAddOns.ipv4Usd,
      how: "by which every client reaches the dedicated pooler",
      source: sources.supabase,
    },
  ];
}
