import { imageMeters, r2Meters } from "../../catalog/prices/cloudflare.ts";
import { emailMeter } from "../../catalog/prices/email.ts";
import type { Meter, Use } from "../../catalog/prices/meter.ts";
import { connectionsMeter, supabaseMeters } from "../../catalog/prices/supabase.ts";
import { upstashMeters } from "../../catalog/prices/upstash.ts";
import { webTransferMeter } from "../../catalog/prices/vercel.ts";
import type { Settings } from "../../infra/settings/settings.ts";

/** What is metered on a stack, by its plans. The disk that its floor pays for counts as included. */
export function metersOf(settings: Settings): Partial<Record<Use, Meter>> {
  const { plans, supabase, images, target } = settings;
  if (target === "local") return {};
  const metered = supabaseMeters(plans.supabase);
  return {
    ...r2Meters,
    ...(images && imageMeters),
    ...metered,
    database: { ...metered.database, included: supabase.diskGigabytes ?? metered.database.included },
    databaseConnections: connectionsMeter(supabase.computeSize),
    ...(plans.upstash && upstashMeters(plans.upstash)),
    webTransfer: webTransferMeter(plans.vercel),
    emails: emailMeter,
  };
}
