import type { Meter } from "./meter.ts";
import { sources } from "./source.ts";

/** E-mails through Resend or Brevo: Supabase's own sender serves an organisation's members alone. */
export const emailMeter: Meter = {
  name: "E-mails (Resend or Brevo)",
  unit: "e-mails",
  included: "unknown",
  rate: "unknown",
  source: sources.email,
};
