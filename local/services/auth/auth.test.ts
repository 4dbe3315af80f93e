import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startTestDatabase, testPool, type TestDatabase } from "../gateway/test-project.ts";
import { createAuth } from "./auth.ts";
import { createKeys, loadOrCreateKeys, type ProjectKeys } from "./keys.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { RateLimiter } from "./rate-limit.ts";
import { parseAuthSettings } from "./settings.ts";

const ISSUER = "http://127.0.0.1:4700/auth/v1";
let database: TestDatabase;
let pool: pg.Pool;
let keys: ProjectKeys;
let declared: Record<string, unknown>;
/** Time goes by as far as a test says. */
let begin: number;
let clock: number;
let auth: Hono;
let serial = 0;

beforeAll(async () => {
  database = await startTestDatabase();
  pool = testPool(database.server.authAdminUrl);
  keys = await createKeys("abcdefghijklmnopqrst");
});
afterAll(async () => {
  await pool?.end();
  await database?.stop();
});
beforeEach(() => {
  declared = {};
  [begin, clock] = [Date.now(), 0];
  auth = newAuth();
});

const newAuth = () =>
  createAuth({
    pool,
    keys,
    issuer: ISSUER,
    settings: () => parseAuthSettings(declared),
    now: () => begin + clock,
    log: () => {},
  });

interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies are asserted on property by property
  body: any;
  headers: Headers;
}
async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await auth.request(path, {
    method,
    headers,
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith("{") ? JSON.parse(text) : text,
    headers: response.headers,
  };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const newEmail = () => `person${++serial}@example.com`;
const signUp = async (email = newEmail(), password = "secret-1", data = {}) =>
  call("POST", "/signup", { email, password, data });
const signIn = (email: string, password: string) =>
  call("POST", "/token?grant_type=password", { email, password });
const refresh = (token: string) => call("POST", "/token?grant_type=refresh_token", { refresh_token: token });
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());

describe("sign-up", () => {
  test("answers with a session whose token has GoTrue's claims", async () => {
    const email = newEmail();
    const { status, body } = await signUp(email.toUpperCase(), "secret-1", { full_name: "Ada" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: "bearer",
      expires_in: 3600,
      user: { email, is_anonymous: false },
    });
    expect(body.user.user_metadata).toEqual({ full_name: "Ada" });
    expect(claimsOf(body.access_token)).toMatchObject({
      iss: ISSUER,
      aud: "authenticated",
      sub: body.user.id,
      role: "authenticated",
      email,
      app_metadata: { provider: "email", providers: ["email"] },
    });
  });

  test.each([
    [{ email: "a@b.co" }, 400, "validation_failed", "Signup requires a valid password"],
    [
      { email: "nobody", password: "secret-1" },
      400,
      "validation_failed",
      "Unable to validate email address: invalid format",
    ],
    [
      { email: "a@b.co", password: "short" },
      422,
      "weak_password",
      "Password should be at least 6 characters.",
    ],
    [
      { email: "a@b.co", password: "x".repeat(73) },
      400,
      "validation_failed",
      "Password cannot be longer than 72 characters",
    ],
    [{}, 422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled"],
  ])("refuses %j", async (body, status, code, message) => {
    const refused = await call("POST", "/signup", body);
    expect(refused).toMatchObject({ status, body: { code: status, error_code: code, msg: message } });
    expect(refused.headers.get("x-sb-error-code")).toBe(code);
  });

  test("uses the newer error shape for clients that ask for it", async () => {
    const refused = await call(
      "POST",
      "/signup",
      { email: "a@b.co", password: "1" },
      { "x-supabase-api-version": "2024-01-01" },
    );
    expect(refused.body).toEqual({
      code: "weak_password",
      message: "Password should be at least 6 characters.",
      weak_password: { reasons: ["length"] },
    });
    expect(refused.headers.get("x-supabase-api-version")).toBe("2024-01-01");
  });

  test("refuses an address twice, also when both come at once", async () => {
    const email = newEmail();
    const answers = await Promise.all([signUp(email), signUp(email), signUp(email)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    expect((await signUp(email)).body).toMatchObject({ error_code: "user_already_exists" });
  });

  test("obeys the declared settings", async () => {
    declared = { password_min_length: 10, password_required_characters: "abc:0123456789" };
    expect((await signUp(newEmail(), "zzz")).body.weak_password.reasons).toEqual(["length", "characters"]);
    declared = { disable_signup: true };
    expect((await signUp()).body).toMatchObject({ error_code: "signup_disabled" });
    declared = { external_anonymous_users_enabled: true };
    const anonymous = await call("POST", "/signup", { data: {} });
    expect(anonymous.body.user).toMatchObject({ is_anonymous: true, email: "" });
    expect(claimsOf(anonymous.body.access_token).is_anonymous).toBe(true);
  });

  test("rejects what is not JSON and not an object", async () => {
    expect(await call("POST", "/signup", "{")).toMatchObject({
      status: 400,
      body: { error_code: "bad_json" },
    });
    expect(await call("POST", "/signup", [1])).toMatchObject({
      status: 400,
      body: { error_code: "bad_json" },
    });
    expect(await call("POST", "/signup", { email: 7, password: "secret-1" })).toMatchObject({ status: 400 });
  });

  test("a failing trigger of the project fails the sign-up and leaves no user", async () => {
    await database.owner.query(`
      create function public.refuse() returns trigger language plpgsql as $$ begin raise 'internal detail'; end $$;
      create trigger refuse before insert on auth.users for each row when (new.email like 'refused%') execute function public.refuse()`);
    const refused = await signUp("refused@example.com");
    expect(refused).toMatchObject({
      status: 500,
      body: { error_code: "unexpected_failure", msg: "Database error saving new user" },
    });
    expect((await signIn("refused@example.com", "secret-1")).status).toBe(400);
  });
});

describe("sign-in", () => {
  test("tells a wrong password and an unknown address apart neither in words nor in work", async () => {
    const email = newEmail();
    await signUp(email);
    const wrong = await signIn(email, "wrong-password");
    const unknown = await signIn("nobody@example.com", "wrong-password");
    expect(wrong.body).toEqual({
      code: 400,
      error_code: "invalid_credentials",
      msg: "Invalid login credentials",
    });
    expect(unknown.body).toEqual(wrong.body);
    expect((await signIn(email, "secret-1")).status).toBe(200);
  });

  test("names a grant type that it does not know", async () => {
    expect((await call("POST", "/token?grant_type=magic", {})).body.msg).toBe("unsupported_grant_type");
    expect((await call("POST", "/token?grant_type=password", { password: "x" })).body.msg).toBe(
      "missing email or phone",
    );
  });

  test("limits requests per address by the declared rate", async () => {
    const from = (address: string) =>
      call(
        "POST",
        "/token?grant_type=refresh_token",
        { refresh_token: "aaaaaaaaaaaa" },
        { "x-forwarded-for": address },
      );
    for (let i = 0; i < 30; i++) expect((await from("10.0.0.1")).status).toBe(400);
    expect(await from("10.0.0.1")).toMatchObject({
      status: 429,
      body: { error_code: "over_request_rate_limit" },
    });
    expect((await from("10.0.0.2")).status).toBe(400);
    clock = 2_000;
    expect((await from("10.0.0.1")).status).toBe(400);
  });
});

describe("refresh", () => {
  test("rotates: each token works once, its successor next", async () => {
    const first = (await signUp()).body;
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(claimsOf(second.body.access_token).session_id).toBe(claimsOf(first.access_token).session_id);
  });

  test("the parent of the newest token gives the newest again, however late", async () => {
    const first = (await signUp()).body.refresh_token;
    const second = (await refresh(first)).body.refresh_token;
    clock = 3_600_000;
    expect((await refresh(first)).body.refresh_token).toBe(second);
  });

  test("an older token is stolen goods: the whole session's tokens end", async () => {
    const first = (await signUp()).body.refresh_token;
    const second = (await refresh(first)).body.refresh_token;
    const third = (await refresh(second)).body.refresh_token;
    clock = 11_000;
    expect((await refresh(first)).body).toMatchObject({
      code: 400,
      error_code: "refresh_token_already_used",
    });
    expect((await refresh(third)).body).toMatchObject({ error_code: "refresh_token_already_used" });
  });

  test("within the reuse interval an older token is forgiven", async () => {
    const first = (await signUp()).body.refresh_token;
    const second = (await refresh(first)).body.refresh_token;
    await refresh(second);
    expect((await refresh(first)).status).toBe(200);
  });

  test("the same token many times at once leaves one live successor", async () => {
    const token = (await signUp()).body.refresh_token;
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  test("survives a restart, and ends when the timebox does", async () => {
    const token = (await signUp()).body.refresh_token;
    auth = newAuth();
    const next = await refresh(token);
    expect(next.status).toBe(200);
    declared = { sessions_timebox: 1 };
    clock = 3_700_000;
    expect((await refresh(next.body.refresh_token)).body).toMatchObject({ error_code: "session_expired" });
  });

  test("refuses unknown and malformed tokens", async () => {
    expect((await refresh("zzzzzzzzzzzz")).body).toMatchObject({ error_code: "refresh_token_not_found" });
    expect((await refresh("x' or 1=1")).body).toMatchObject({ error_code: "validation_failed" });
  });
});

describe("the signed-in user", () => {
  test("reads and changes itself; a null removes a key of the metadata", async () => {
    const { access_token: token } = (await signUp(newEmail(), "secret-1", { a: 1, nested: { kept: null } }))
      .body;
    const changed = await call("PUT", "/user", { data: { a: null, b: 2 } }, bearer(token));
    expect(changed.body.user_metadata).toEqual({ b: 2, nested: { kept: null } });
    expect((await call("GET", "/user", undefined, bearer(token))).body.user_metadata).toEqual(
      changed.body.user_metadata,
    );
  });

  test("a new password ends all other sessions and must differ", async () => {
    const email = newEmail();
    const other = (await signUp(email)).body;
    const own = (await signIn(email, "secret-1")).body;
    const same = await call("PUT", "/user", { password: "secret-1" }, bearer(own.access_token));
    expect(same.body).toMatchObject({ error_code: "same_password" });
    expect((await call("PUT", "/user", { password: "secret-2" }, bearer(own.access_token))).status).toBe(200);
    expect((await refresh(other.refresh_token)).body).toMatchObject({
      error_code: "refresh_token_not_found",
    });
    expect((await refresh(own.refresh_token)).status).toBe(200);
    expect((await signIn(email, "secret-1")).status).toBe(400);
    expect((await signIn(email, "secret-2")).status).toBe(200);
  });

  test("cannot raise itself or take another's address", async () => {
    const taken = newEmail();
    await signUp(taken);
    const { access_token: token } = (await signUp()).body;
    expect((await call("PUT", "/user", { app_metadata: { admin: true } }, bearer(token))).status).toBe(403);
    expect((await call("PUT", "/user", { email: taken }, bearer(token))).body).toMatchObject({
      error_code: "email_exists",
    });
  });

  test.each([
    ["global", [403, 403, 403]],
    ["local", [403, 200, 200]],
    ["others", [200, 403, 403]],
  ] as const)("logs out with scope %s", async (scope, expected) => {
    const email = newEmail();
    await signUp(email);
    const sessions = [];
    for (let i = 0; i < 3; i++) sessions.push((await signIn(email, "secret-1")).body.access_token as string);
    expect((await call("POST", `/logout?scope=${scope}`, undefined, bearer(sessions[0]!))).status).toBe(204);
    const statuses = [];
    for (const token of sessions)
      statuses.push((await call("GET", "/user", undefined, bearer(token))).status);
    expect(statuses).toEqual(expected);
  });

  test("refuses an unknown scope, no token, a foreign token, an expired one and a public key used as a secret", async () => {
    const { access_token: token } = (await signUp()).body;
    expect((await call("POST", "/logout?scope=all", undefined, bearer(token))).status).toBe(400);
    expect(await call("GET", "/user")).toMatchObject({
      status: 401,
      body: { error_code: "no_authorization" },
    });

    const ownKeys = keys;
    keys = await createKeys("zyxwvutsrqponmlkjihg");
    const foreign = newAuth();
    keys = ownKeys;
    const response = await foreign.request("/user", { headers: bearer(token) });
    expect(await response.json()).toMatchObject({ error_code: "bad_jwt" });

    const [, payload] = token.split(".");
    const head = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT", kid: keys.signing.kid })).toString(
      "base64url",
    );
    const forged = createHmac("sha256", JSON.stringify(keys.signing.publicJwk))
      .update(`${head}.${payload}`)
      .digest("base64url");
    expect((await call("GET", "/user", undefined, bearer(`${head}.${payload}.${forged}`))).status).toBe(403);
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    expect((await call("GET", "/user", undefined, bearer(`${none}.${payload}.`))).status).toBe(403);

    clock = 3_601_000;
    expect(await call("GET", "/user", undefined, bearer(token))).toMatchObject({
      status: 403,
      body: { error_code: "bad_jwt" },
    });
  });
});

describe("administration", () => {
  test("creates, lists, changes and deletes users with the service role alone", async () => {
    const admin = bearer(keys.serviceRoleKey);
    expect(await call("GET", "/admin/users", undefined, bearer(keys.anonKey))).toMatchObject({
      status: 403,
      body: { error_code: "not_admin" },
    });
    const email = newEmail();
    const created = await call(
      "POST",
      "/admin/users",
      { email, password: "secret-1", app_metadata: { team: 1 } },
      admin,
    );
    expect(created.body).toMatchObject({ email, app_metadata: { provider: "email", team: 1 } });
    expect((await call("POST", "/admin/users", { email }, admin)).body).toMatchObject({
      error_code: "email_exists",
    });
    const list = await call("GET", "/admin/users?per_page=1", undefined, admin);
    expect(list.body.users).toHaveLength(1);
    expect(Number(list.headers.get("x-total-count"))).toBeGreaterThan(1);
    const path = `/admin/users/${created.body.id}`;
    expect((await call("PUT", path, { user_metadata: { a: 1 } }, admin)).body.user_metadata).toEqual({
      a: 1,
    });
    const session = await signIn(email, "secret-1");
    expect((await call("DELETE", path, undefined, admin)).status).toBe(200);
    expect((await call("GET", path, undefined, admin)).status).toBe(404);
    expect((await call("GET", "/user", undefined, bearer(session.body.access_token))).body).toMatchObject({
      error_code: "user_not_found",
    });
    expect((await refresh(session.body.refresh_token)).body).toMatchObject({
      error_code: "refresh_token_not_found",
    });
  });
});

describe("public documents", () => {
  test("the JWKS shows the public half alone", async () => {
    const { body } = await call("GET", "/.well-known/jwks.json");
    expect(body.keys).toEqual([
      expect.objectContaining({ kty: "EC", crv: "P-256", alg: "ES256", kid: keys.signing.kid }),
    ]);
    expect(body.keys[0]).not.toHaveProperty("d");
  });

  test("health and settings", async () => {
    expect((await call("GET", "/health")).body.name).toBe("GoTrue");
    expect((await call("GET", "/settings")).body).toMatchObject({
      disable_signup: false,
      mailer_autoconfirm: true,
    });
    expect((await call("GET", "/elsewhere")).status).toBe(404);
  });
});

describe("keys", () => {
  test("are kept in a file only its owner can read, and made anew for another project", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lavlay-keys-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "keys.json");
    const first = await loadOrCreateKeys(file, "abcdefghijklmnopqrst");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await loadOrCreateKeys(file, "abcdefghijklmnopqrst")).toEqual(first);
    expect(first.publishableKey).toMatch(/^sb_publishable_[\w-]{22}_[\w-]{8}$/);
    expect(claimsOf(first.anonKey)).toMatchObject({
      iss: "supabase",
      role: "anon",
      ref: "abcdefghijklmnopqrst",
    });
    expect((await loadOrCreateKeys(file, "zyxwvutsrqponmlkjihg")).jwtSecret).not.toBe(first.jwtSecret);
    expect(readFileSync(file, "utf8")).toContain("zyxwvutsrqponmlkjihg");
  });
});

describe("parts", () => {
  test("a password is only ever its own", async () => {
    const hash = await hashPassword("pässword");
    expect(hash).not.toBe(await hashPassword("pässword"));
    expect(await verifyPassword("pässword", hash)).toBe(true);
    expect(await verifyPassword("password", hash)).toBe(false);
    expect(await verifyPassword("", null)).toBe(false);
    expect(await verifyPassword("x", "$2a$10$something")).toBe(false);
  });

  test("a bucket refills at its rate up to its burst", () => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    const rate = { limit: 60, period: 60, burst: 2 };
    const take = () => limiter.take("a", rate);
    expect([take(), take(), take()]).toEqual([true, true, false]);
    now = 1_000;
    expect([take(), take()]).toEqual([true, false]);
    now = 1_000_000;
    expect([take(), take(), take()]).toEqual([true, true, false]);
  });
});
