import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A refusal in Auth's own words: status, `error_code` and message are what supabase-js hands to the app. */
export class AuthError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    /** Further properties of the body, such as `weak_password`. */
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "AuthError";
  }

  /** Two shapes: `2024-01-01` for clients that send that `X-Supabase-Api-Version`, the older one for all others. */
  body(apiVersion: string | undefined): Record<string, unknown> {
    return isNewShape(apiVersion)
      ? { code: this.code, message: this.message, ...this.extra }
      : { code: this.status, error_code: this.code, msg: this.message, ...this.extra };
  }
}

/** True for clients that understand error codes in `code`. */
export function isNewShape(apiVersion: string | undefined): boolean {
  return apiVersion !== undefined && /^\d{4}-\d\d-\d\d$/.test(apiVersion) && apiVersion >= "2024-01-01";
}

/** 400 `validation_failed`. */
export function invalid(message: string): AuthError {
  return new AuthError(400, "validation_failed", message);
}
