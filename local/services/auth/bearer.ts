import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Pool } from "pg";
import { AuthError } from "./errors.ts";
import { UUID } from "./requests.ts";
import { findSession } from "./sessions.ts";
import type { Claims, TokenKit } from "./tokens.ts";
import { findUserById, type User } from "./users.ts";

/** The variables of an authenticated request. */
export type Signed = { Variables: { claims: Claims; user: User } };

/** Demands an access token whose user and session still exist. */
export function requireUser(pool: Pool, tokens: TokenKit) {
  return createMiddleware<Signed>(async (c, next) => {
    const claims = await bearerClaims(c, tokens);
    if (!claims.sub) throw new AuthError(403, "bad_jwt", "invalid claim: missing sub claim");
    if (!UUID.test(claims.sub))
      throw new AuthError(400, "bad_jwt", "invalid claim: sub claim must be a UUID");
    const user = await findUserById(pool, claims.sub);
    if (!user) throw new AuthError(403, "user_not_found", "User from sub claim in JWT does not exist");
    if (claims.session_id && !(await findSession(pool, claims.session_id))) {
      throw new AuthError(403, "session_not_found", "Session from session_id claim in JWT does not exist");
    }
    c.set("claims", claims);
    c.set("user", user);
    await next();
  });
}

/** The claims of the bearer token; 401 without one, 403 for one that does not hold. */
export async function bearerClaims(c: Context, tokens: TokenKit): Promise<Claims> {
  const token = /^Bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (!token) throw new AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token");
  try {
    return await tokens.verify(token);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AuthError(403, "bad_jwt", `invalid JWT: unable to parse or verify signature, ${reason}`);
  }
}
