import { errors } from "jose";
import type { Claims, TokenKit } from "../auth/tokens.ts";
import { ApiError } from "./errors.ts";

/** Who asks. */
export interface Caller {
  readonly role: string;
  readonly claims: Claims;
}

export const ANONYMOUS = "anon";

/** PostgREST's allowance for clocks that differ, in seconds. */
const CLOCK_TOLERANCE = 30;

/** The caller by its bearer token; anonymous without one. Throws PGRST301 for a bad token, PGRST303 for one whose claims fail. */
export async function authenticate(authorization: string | undefined, tokens: TokenKit): Promise<Caller> {
  const token = /^Bearer\s+(.*)$/i.exec(authorization ?? "")?.[1]?.trim();
  if (token === undefined) return { role: ANONYMOUS, claims: { role: ANONYMOUS } };
  if (token === "") throw refused("PGRST301", "Empty JWT is sent in Authorization header");
  const parts = token.split(".").length;
  if (parts !== 3) throw refused("PGRST301", `Expected 3 parts in JWT; got ${parts}`);
  try {
    const claims = await tokens.verify(token, { clockTolerance: CLOCK_TOLERANCE });
    return { role: claims.role ?? ANONYMOUS, claims: { role: ANONYMOUS, ...claims } };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused("PGRST303", "JWT expired");
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw refused("PGRST303", error.claim === "nbf" ? "JWT not yet valid" : "JWT claims validation failed");
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw refused("PGRST301", "JWT cryptographic operation failed");
    }
    throw refused("PGRST301", "No suitable key or wrong key type");
  }
}

function refused(code: string, message: string): ApiError {
  const challenge = `Bearer error="invalid_token", error_description="${message}"`;
  return new ApiError(401, code, message, null, null, { "www-authenticate": challenge });
}
