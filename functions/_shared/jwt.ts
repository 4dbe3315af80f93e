import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { HttpError } from "./http.ts";

export interface User {
  /** A UUID, so that it can stand in a key or a query. */
  id: string;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Verifies the access tokens of a Supabase project's users against its published keys, without asking the auth server at
 * each request. Only the asymmetric algorithms are accepted: a shared secret never leaves the auth server.
 * The keys are kept, and asked for again when a token names an unknown one.
 */
export function createVerifier(supabaseUrl: string): (authorization: string | null) => Promise<User> {
  const issuer = `${supabaseUrl}/auth/v1`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: 5_000 });

  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw unauthorized("no bearer token");
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ["ES256", "RS256"],
        issuer,
        audience: "authenticated",
        requiredClaims: ["exp", "sub", "role"],
        // Supabase's longest token lifetime; it also refuses one issued in the future.
        maxTokenAge: "7 days",
        clockTolerance: "5 seconds",
      });
      if (payload.role !== "authenticated") throw unauthorized("role");
      if (!uuid.test(payload.sub ?? "")) throw unauthorized("sub");
      return { id: payload.sub as string };
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if (isAboutToken(error)) throw unauthorized(error.code);
      throw new HttpError(
        503,
        "auth_unavailable",
        "Sign-in cannot be checked now. Try again later.",
        String(error),
      );
    }
  };
}

/** Told from a failure to get the keys, which is not the caller's fault. */
function isAboutToken(error: unknown): error is errors.JOSEError {
  return (
    error instanceof errors.JOSEError &&
    !(
      error instanceof errors.JWKSTimeout ||
      error instanceof errors.JWKSInvalid ||
      error.code === "ERR_JOSE_GENERIC"
    )
  );
}

function unauthorized(reason: string): HttpError {
  return new HttpError(401, "unauthorized", "Sign in and try again.", reason);
}
