export interface AuthSettings {
  /** The app's address: where sign-up and password e-mails lead back to, and the only place they may. */
  readonly siteUrl: string;
  readonly accessTokenSeconds: number;
  readonly signInsPerFiveMinutes: number;
  readonly refreshesPerFiveMinutes: number;
  /** What sends Auth's e-mails; absent for Supabase's own sender. */
  readonly emailHook?: { readonly uri: string; readonly secret: string };
}

/** Supabase Auth's settings by the names of its Management API; only what this package owns. */
export function authSettings(auth: AuthSettings): Record<string, unknown> {
  return {
    site_url: auth.siteUrl,
    uri_allow_list: `${auth.siteUrl}/**`,
    disable_signup: false,
    external_email_enabled: true,
    jwt_exp: auth.accessTokenSeconds,
    password_min_length: 8,
    refresh_token_rotation_enabled: true,
    security_refresh_token_reuse_interval: 10,
    rate_limit_otp: auth.signInsPerFiveMinutes,
    rate_limit_verify: auth.signInsPerFiveMinutes,
    rate_limit_token_refresh: auth.refreshesPerFiveMinutes,
    // Said either way: what is not said stays as it was, and Auth would go on calling what is no longer there.
    hook_send_email_enabled: auth.emailHook !== undefined,
    ...(auth.emailHook && {
      hook_send_email_uri: auth.emailHook.uri,
      hook_send_email_secrets: auth.emailHook.secret,
    }),
  };
}
