import { timingSafeEqual } from "node:crypto";

/** What the platform itself answers when a function does not. https://supabase.com/docs/guides/functions/status-codes */
const failures = {
  NOT_FOUND: [404, "Requested function was not found"],
  METHOD_NOT_ALLOWED: [405, "Use GET, POST, PUT, PATCH, DELETE or OPTIONS"],
  BAD_REQUEST: [400, "The request's body is not as long as its Content-Length says"],
  WORKER_ERROR: [500, "Function exited due to an error (please check logs)"],
  BOOT_ERROR: [503, "Function failed to start (please check logs)"],
  IDLE_TIMEOUT: [504, "Function did not answer in time (please check logs)"],
  WORKER_LIMIT: [546, "Function failed due to not having enough compute resources (please check logs)"],
} as const;
export type FailureCode = keyof typeof failures;

export class PlatformFailure extends Error {
  constructor(readonly code: FailureCode) {
    super(failures[code][1]);
    this.name = "PlatformFailure";
  }
}

export function failureResponse(code: FailureCode): Response {
  const [status, message] = failures[code];
  return Response.json({ code, message }, { status, headers: { "sb-error-code": code } });
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function isSupportedMethod(method: string): boolean {
  return methods.includes(method);
}

/**
 * The platform's own check of a function with `verify_jwt`: the refusal, or undefined when the request may pass.
 * Like Supabase's it knows the legacy shared secret alone, of which a local project has two tokens, the anon and the
 * service_role key. Users' tokens are signed with the asymmetric key: a function that takes them turns this check off
 * and verifies them itself.
 */
export function checkJwt(
  request: Request,
  legacyKeys: readonly (string | undefined)[],
): Response | undefined {
  // A browser sends no credentials with a preflight.
  if (request.method === "OPTIONS") return undefined;
  const header = request.headers.get("authorization");
  if (header === null)
    return Response.json({ code: 401, message: "Missing authorization header" }, { status: 401 });
  const token = header.replace(/^Bearer +/i, "");
  if (legacyKeys.some((key) => key !== undefined && isSame(key, token))) return undefined;
  return Response.json({ code: 401, message: "Invalid JWT" }, { status: 401 });
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
