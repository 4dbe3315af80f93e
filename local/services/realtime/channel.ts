import { errors } from "jose";
import type { Claims, TokenKit } from "../auth/tokens.ts";
import type { Subscription } from "./subscription.ts";

/** One channel that a client has joined. */
export interface Channel {
  readonly topic: string;
  readonly joinRef: string | null;
  claims: Claims;
  subscriptions: readonly (Subscription & { readonly id: number })[];
  /** Ends the channel when its token ends. */
  expiry: NodeJS.Timeout | undefined;
}

/** A token is none, or no more; the code and message are Realtime's. */
export class TokenError extends Error {
  override readonly name = "TokenError";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Throws {@link TokenError}. */
export async function claimsOf(token: string, tokens: TokenKit): Promise<Claims & { exp: number }> {
  let claims: Claims;
  try {
    claims = await tokens.verify(token);
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const seconds = Math.round(Date.now() / 1000 - (error.payload.exp ?? 0));
      throw new TokenError("InvalidJWTToken", `Token has expired ${seconds} seconds ago`);
    }
    if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
      throw new TokenError("MalformedJWT", "The token provided is not a valid JWT");
    throw new TokenError("JwtSignatureError", "Failed to validate JWT signature");
  }
  const { exp } = claims;
  if (exp === undefined || claims.role === undefined)
    throw new TokenError("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
  return { ...claims, exp };
}
