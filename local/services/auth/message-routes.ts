import type { Context, Hono } from "hono";
import type { Pool } from "pg";
import { AuthError, invalid } from "./errors.ts";
import { pretendedUser, sendMessage, useToken, type Sending, type Shown } from "./messages.ts";
import type { createRateLimits } from "./rate-limit.ts";
import { redirectTarget } from "./redirects.ts";
import { emailAddress, readBody, recoverBody, resendBody, verifyBody } from "./requests.ts";
import { inTransaction, openSession, type Grant } from "./sessions.ts";
import type { AuthSettings } from "./settings.ts";
import { createUser, findUserByEmail, publicUser, type NewUser } from "./users.ts";

/** What a client gets that has signed in. */
export interface Tokens {
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  expires_at: number;
  refresh_token: string;
  user: Record<string, unknown>;
}

export interface MessageRoutesOptions {
  pool: Pool;
  issuer: string;
  settings: () => AuthSettings;
  now: () => number;
  limited: ReturnType<typeof createRateLimits>;
  answer: (grant: Grant) => Promise<Tokens>;
}

/** `/recover`, `/resend` and `/verify`; returned is how one signs up where the address is to be confirmed. */
export function addMessageRoutes(app: Hono, options: MessageRoutesOptions) {
  const { pool, issuer, settings, now, limited, answer } = options;

  const sending = (c: Context, kind: Sending["kind"]): Sending => ({
    kind,
    settings: settings(),
    redirectTo: redirectTarget(c, settings()),
    externalUrl: issuer,
    now: now(),
  });

  app.post("/recover", async (c) => {
    limited.recover(c, settings());
    const { email } = await readBody(c.req.raw, recoverBody);
    if (!email) throw invalid("Password recovery requires an email");
    const user = await findUserByEmail(pool, emailAddress(email));
    if (user) await inTransaction(pool, (db) => sendMessage(db, user, sending(c, "recovery")));
    return c.json({});
  });

  app.post("/resend", async (c) => {
    limited.resend(c, settings());
    const { type, email } = await readBody(c.req.raw, resendBody);
    if (type !== "signup")
      throw invalid("Missing one of these types: signup, email_change, sms, phone_change");
    if (!email) throw invalid("Type provided requires an email address");
    const user = await findUserByEmail(pool, emailAddress(email));
    if (user && !user.email_confirmed_at) {
      await inTransaction(pool, (db) => sendMessage(db, user, sending(c, "confirmation")));
    }
    return c.json({});
  });

  const verify = async (shown: Shown) =>
    answer(
      await inTransaction(pool, async (db) => openSession(db, await useToken(db, shown, settings(), now()))),
    );

  /** The link of a message: it leads back to the app, with the session or with what went wrong behind the `#`. */
  app.get("/verify", async (c) => {
    limited.verify(c, settings());
    const { type = "", token: tokenHash = "" } = c.req.query();
    if (!type) throw invalid("Verify requires a verification type");
    if (!tokenHash) throw invalid("Verify requires a token or a token hash");
    const back = (values: Record<string, string>) => {
      const fragment = new URLSearchParams({ ...values, sb: "" });
      fragment.sort();
      return c.redirect(`${redirectTarget(c, settings()).replace(/#.*$/, "")}#${fragment}`, 303);
    };
    try {
      const { access_token, token_type, expires_in, expires_at, refresh_token } = await verify({
        type,
        tokenHash,
      });
      const expiry = { expires_in: String(expires_in), expires_at: String(expires_at) };
      return back({ access_token, token_type, ...expiry, refresh_token, type });
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      return back({
        ...(error.status === 403 && { error: "access_denied" }),
        error_code: error.code,
        error_description: error.message,
      });
    }
  });

  app.post("/verify", async (c) => {
    limited.verify(c, settings());
    const { type, email, token, token_hash: tokenHash } = await readBody(c.req.raw, verifyBody);
    if (!type) throw invalid("Verify requires a verification type");
    if (tokenHash && !token) {
      if (email) throw invalid("Only the token_hash and type should be provided");
      return c.json(await verify({ type, tokenHash }));
    }
    if (!token || tokenHash) throw invalid("Verify requires either a token or a token hash");
    if (!email) throw invalid("Only an email address or phone number should be provided on verify");
    return c.json(await verify({ type, token, email: emailAddress(email) }));
  });

  return {
    /** Makes an account that is not confirmed, and sends the message; whose address is somebody's, is told the same. */
    async signUp(c: Context, user: NewUser): Promise<Record<string, unknown>> {
      const known = await findUserByEmail(pool, user.email ?? "");
      if (known?.email_confirmed_at) return pretendedUser(known, user.userMetadata ?? {}, now());
      return inTransaction(pool, async (db) => {
        // The password of one that waits is not changed: who asks now may be another.
        const made = known ?? (await createUser(db, { ...user, confirmed: false }));
        return publicUser(await sendMessage(db, made, sending(c, "confirmation")));
      });
    },
  };
}
