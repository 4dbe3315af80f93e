import { z } from "zod";

/**
 * The auth settings that the local target acts on, named as in the Management API's `/config/auth`.
 * Defaults are those of a new Supabase project.
 */
const authSettings = z.object({
  /** Where the links of messages lead back to, unless something else is asked for and allowed. */
  site_url: z.string().default("http://localhost:3000"),
  /** Comma-separated patterns of other addresses that they may lead back to. */
  uri_allow_list: z.string().default(""),
  disable_signup: z.boolean().default(false),
  external_email_enabled: z.boolean().default(true),
  external_anonymous_users_enabled: z.boolean().default(false),
  password_min_length: z.number().int().min(6).max(72).default(6),
  /** Character sets separated by `:`; a password needs one of each. */
  password_required_characters: z
    .string()
    .nullish()
    .transform((value) => value ?? ""),
  /** Lifetime of an access token in seconds. */
  jwt_exp: z.number().int().min(1).max(604_800).default(3600),
  refresh_token_rotation_enabled: z.boolean().default(true),
  /** Seconds in which a used refresh token may be used once more. */
  security_refresh_token_reuse_interval: z.number().int().min(0).default(10),
  /** Hours after which a session ends, however active; 0 is never. */
  sessions_timebox: z
    .number()
    .min(0)
    .nullish()
    .transform((value) => value ?? 0),
  /** Hours without a refresh after which a session ends; 0 is never. */
  sessions_inactivity_timeout: z
    .number()
    .min(0)
    .nullish()
    .transform((value) => value ?? 0),
  /** Anonymous sign-ins per hour and IP address. */
  rate_limit_anonymous_users: z.number().int().min(0).default(30),
  /** Token requests (sign-in and refresh) per 5 minutes and IP address. */
  rate_limit_token_refresh: z.number().int().min(0).default(150),
  /** Sign-ups, and likewise user updates, per 5 minutes and IP address. */
  rate_limit_otp: z.number().int().min(0).default(30),
  /** Verifications of links and codes per 5 minutes and IP address. */
  rate_limit_verify: z.number().int().min(0).default(30),
  hook_send_email_enabled: z.boolean().default(false),
  hook_send_email_uri: z.string().default(""),
  hook_send_email_secrets: z.string().default(""),
  /** Takes an address for the user's own without asking. */
  mailer_autoconfirm: z.boolean().default(false),
  /** Seconds for which a link or code in a message is good. */
  mailer_otp_exp: z.number().int().min(1).max(86_400).default(3600),
  /** Seconds between two messages of one kind to one user. */
  smtp_max_frequency: z.number().int().min(0).default(60),
});

export type AuthSettings = z.output<typeof authSettings>;

/** The declared settings (`projectSettings.auth` of the store) with defaults; keys not acted on are left out. */
export function parseAuthSettings(declared: unknown = {}): AuthSettings {
  return authSettings.parse(declared);
}
