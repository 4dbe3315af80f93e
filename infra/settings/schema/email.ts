import { z } from "zod";

/** Who can send e-mails. */
export const emailProviders = ["resend", "brevo"] as const;

/** The keys under `lavlay:email`. */
export const email = z
  .strictObject({
    provider: z.enum(emailProviders).describe("who sends: resend or brevo"),
    from: z
      .string()
      .max(320)
      .regex(
        /^([^<>"\r\n]+ <[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+)$/,
        "an address such as hello@lavlay.com, or LavLay <hello@lavlay.com>",
      )
      .describe("whom e-mails are from; the provider must know the domain"),
  })
  .optional()
  .describe("e-mails by a provider, those of sign-up included; absent to leave these to Supabase");
