import { Hono } from "hono";
import type { Pool } from "pg";
import { addAdminRoutes } from "./admin.ts";
import { requireUser } from "./bearer.ts";
import { AuthError, invalid, isNewShape } from "./errors.ts";
import type { ProjectKeys } from "./keys.ts";
import { addMessageRoutes, type Tokens } from "./message-routes.ts";
import { confirmsByMail } from "./messages.ts";
import { checkPasswordStrength, hashPassword, verifyPassword } from "./passwords.ts";
import { createRateLimits } from "./rate-limit.ts";
import {
  credentials,
  emailAddress,
  logoutScope,
  readBody,
  refreshBody,
  signupBody,
  userBody,
} from "./requests.ts";
import { closeSessions, inTransaction, openSession, refreshSession, type Grant } from "./sessions.ts";
import type { AuthSettings } from "./settings.ts";
import { createTokenKit, type Claims } from "./tokens.ts";
import { createUser, findUserByEmail, publicUser, updateUser, type User } from "./users.ts";

/** What Supabase Auth does and the local one does not. */
export const notImitated: readonly string[] = [
  "its own e-mail and SMS: without a send-email hook nothing is sent, and every new account is confirmed at once",
  "a message before an address is changed: the new one is confirmed at once; the project's limit of e-mails per hour",
  "sign-in by magic link, one-time code, phone, OAuth, SAML, Web3 or passkey; invitations; the PKCE flow",
  "multi-factor authentication, CAPTCHA, leaked-password check, other Auth hooks, single session per user",
  "auth.identities, the audit log, and refresh tokens of the second format",
];

export interface AuthOptions {
  /** Logs in as supabase_auth_admin. Closed by its owner. */
  pool: Pool;
  keys: ProjectKeys;
  /** The `iss` of access tokens: `http://127.0.0.1:<port>/auth/v1`. */
  issuer: string;
  /** Asked at every request, so that a new declaration acts at once. */
  settings: () => AuthSettings;
  /** Milliseconds since 1970; for tests. */
  now?: () => number;
  /** Told about failures that clients only see as 500. */
  log?: (message: string) => void;
}

/** The auth server of one project, mounted at `/auth/v1` by the gateway. All that it remembers is in Postgres. */
export function createAuth({
  pool,
  keys,
  issuer,
  settings,
  now = Date.now,
  log = console.error,
}: AuthOptions): Hono {
  // A connection that breaks while it is in use fails its query, and says so a second time as an event.
  pool.on("connect", (client) => client.on("error", () => {}));
  const app = new Hono();
  const tokens = createTokenKit(keys, now);
  const signedIn = requireUser(pool, tokens);
  const limited = createRateLimits(now);

  const answer = async ({ user, session, refreshToken }: Grant): Promise<Tokens> => {
    const expiresIn = settings().jwt_exp;
    return {
      access_token: await tokens.sign(accessClaims(issuer, user, session), expiresIn),
      token_type: "bearer",
      expires_in: expiresIn,
      expires_at: Math.floor(now() / 1000) + expiresIn,
      refresh_token: refreshToken,
      user: publicUser(user),
    };
  };

  app.get("/health", (c) =>
    c.json({
      version: "local",
      name: "GoTrue",
      description: "GoTrue is a user registration and authentication API",
    }),
  );
  app.get("/settings", (c) => c.json(publicSettings(settings())));
  app.get("/.well-known/jwks.json", (c) => {
    c.header("cache-control", "public, max-age=600");
    return c.json({ keys: [keys.signing.publicJwk] });
  });

  app.post("/signup", async (c) => {
    const current = settings();
    const body = await readBody(c.req.raw, signupBody);
    const anonymous = !body.email && !body.password && !body.phone;
    limited.signup(c, current, anonymous);
    if (current.disable_signup) {
      throw new AuthError(422, "signup_disabled", "Signups not allowed for this instance");
    }
    if (anonymous && !current.external_anonymous_users_enabled) {
      throw new AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
    }
    const account = anonymous ? {} : await newAccount(body, current);
    const user = { ...account, confirmed: true, userMetadata: body.data };
    if (account.email && confirmsByMail(current)) return c.json(await messages.signUp(c, user));
    const grant = await inTransaction(pool, async (db) => openSession(db, await createUser(db, user)));
    return c.json(await answer(grant));
  });

  app.post("/token", async (c) => {
    limited.token(c, settings());
    const grantType = c.req.query("grant_type");
    if (grantType === "refresh_token") {
      const { refresh_token: token } = await readBody(c.req.raw, refreshBody);
      if (token.length < 12) throw invalid("Refresh token is not valid");
      return c.json(await answer(await refreshSession(pool, token, settings(), now())));
    }
    if (grantType !== "password") throw new AuthError(400, "invalid_credentials", "unsupported_grant_type");
    const { email, password } = await readBody(c.req.raw, credentials);
    if (!email) throw invalid("missing email or phone");
    const user = await findUserByEmail(pool, email.trim().toLowerCase());
    if (!(await verifyPassword(password, user?.encrypted_password)) || !user) {
      throw new AuthError(400, "invalid_credentials", "Invalid login credentials");
    }
    if (!user.email_confirmed_at) throw new AuthError(400, "email_not_confirmed", "Email not confirmed");
    return c.json(await answer(await inTransaction(pool, (db) => openSession(db, user))));
  });

  app.get("/user", signedIn, (c) => c.json(publicUser(c.var.user)));

  app.put("/user", signedIn, async (c) => {
    const current = settings();
    limited.user(c, current);
    const body = await readBody(c.req.raw, userBody);
    const { user, claims } = c.var;
    if (body.app_metadata) {
      throw new AuthError(403, "not_admin", "Updating app_metadata requires admin privileges");
    }
    const email = body.email && emailAddress(body.email);
    const passwordHash = body.password && (await newPassword(body.password, user, current));
    const changed = await inTransaction(pool, async (db) => {
      if (passwordHash) await closeSessions(db, user.id, claims.session_id, "others");
      return updateUser(db, user.id, { email, passwordHash, userMetadata: body.data });
    });
    return c.json(publicUser(changed));
  });

  app.post("/logout", signedIn, async (c) => {
    const scope = logoutScope(c.req.query("scope"));
    await closeSessions(pool, c.var.user.id, c.var.claims.session_id, scope);
    return c.body(null, 204);
  });

  const messages = addMessageRoutes(app, { pool, issuer, settings, now, limited, answer });
  addAdminRoutes(app, pool, tokens, settings);

  app.notFound((c) => c.text("404 page not found", 404));
  app.onError((error, c) => {
    const known = error instanceof AuthError ? error : undefined;
    if (!known || known.status >= 500) log(`auth: ${c.req.method} ${c.req.path}: ${error.message}`);
    const refusal =
      known ??
      new AuthError(
        500,
        "unexpected_failure",
        "Unexpected failure, please check server logs for more information",
      );
    const version = c.req.header("x-supabase-api-version");
    if (isNewShape(version)) c.header("x-supabase-api-version", "2024-01-01");
    c.header("x-sb-error-code", refusal.code);
    return c.json(refusal.body(version), refusal.status);
  });
  return app;
}

async function newAccount(
  body: { email?: string; password?: string },
  settings: AuthSettings,
): Promise<{ email?: string; passwordHash?: string }> {
  if (!body.password) throw invalid("Signup requires a valid password");
  checkPasswordStrength(body.password, settings);
  if (!body.email) throw invalid("Sign up only available with email provider");
  if (!settings.external_email_enabled)
    throw new AuthError(400, "email_provider_disabled", "Email signups are disabled");
  return { email: emailAddress(body.email), passwordHash: await hashPassword(body.password) };
}

async function newPassword(password: string, user: User, settings: AuthSettings): Promise<string> {
  checkPasswordStrength(password, settings);
  if (user.encrypted_password && (await verifyPassword(password, user.encrypted_password))) {
    throw new AuthError(422, "same_password", "New password should be different from the old password.");
  }
  return hashPassword(password);
}

function accessClaims(issuer: string, user: User, session: { id: string; created_at: Date }): Claims {
  return {
    iss: issuer,
    sub: user.id,
    aud: "authenticated",
    email: user.email ?? "",
    phone: "",
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    role: "authenticated",
    aal: "aal1",
    amr: [
      {
        method: user.email ? "password" : "anonymous",
        timestamp: Math.floor(session.created_at.getTime() / 1000),
      },
    ],
    session_id: session.id,
    is_anonymous: user.email === null,
  };
}

function publicSettings(settings: AuthSettings): Record<string, unknown> {
  return {
    external: {
      anonymous_users: settings.external_anonymous_users_enabled,
      email: settings.external_email_enabled,
      phone: false,
    },
    disable_signup: settings.disable_signup,
    mailer_autoconfirm: !confirmsByMail(settings),
    phone_autoconfirm: false,
    sms_provider: "",
    saml_enabled: false,
    passkeys_enabled: false,
  };
}
