import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hono } from "hono";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { serve, type Served } from "../../../testing/serve.ts";
import { startTestDatabase, testPool, type TestDatabase } from "../gateway/test-project.ts";
import { createAuth } from "./auth.ts";
import { createKeys, type ProjectKeys } from "./keys.ts";
import { parseAuthSettings } from "./settings.ts";

/** What Auth does where a send-email hook is declared; the hook of these tests remembers what it is sent. */

const ISSUER = "http://127.0.0.1:4700/auth/v1";
const SITE = "https://app.lavlay.example";
const keysOfHook = [Buffer.alloc(32, 1), Buffer.alloc(24, 2)];
const MINUTE_MS = 60_000;

interface Call {
  headers: IncomingMessage["headers"];
  body: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- asserted on property by property
  payload: any;
}

let database: TestDatabase;
let pool: pg.Pool;
let keys: ProjectKeys;
let hook: Served;
let calls: Call[];
let answerCall: (response: ServerResponse, number: number) => void;
let declared: Record<string, unknown>;
let clock: number;
let auth: Hono;
let serial = 0;

beforeAll(async () => {
  database = await startTestDatabase();
  pool = testPool(database.server.authAdminUrl);
  keys = await createKeys("abcdefghijklmnopqrst");
  hook = await serve((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      calls.push({ headers: request.headers, body, payload: JSON.parse(body) });
      answerCall(response, calls.length);
    });
  });
  auth = createAuth({
    pool,
    keys,
    issuer: ISSUER,
    settings: () => parseAuthSettings(declared),
    now: () => Date.now() + clock,
    log: () => {},
  });
});
afterAll(async () => {
  await hook?.close();
  await pool?.end();
  await database?.stop();
});

const json = (response: ServerResponse, status = 200, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end("{}");
beforeEach(() => {
  calls = [];
  clock = 0;
  answerCall = (response) => json(response);
  declared = {
    site_url: SITE,
    uri_allow_list: `${SITE}/**, https://*.preview.example/welcome`,
    hook_send_email_enabled: true,
    hook_send_email_uri: hook.url,
    hook_send_email_secrets: keysOfHook.map((key) => `v1,whsec_${key.toString("base64")}`).join("|"),
  };
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await auth.request(path, { method: "POST", body: JSON.stringify(body), headers });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- asserted on property by property
  return { status: response.status, body: (await response.json()) as any };
}
const newEmail = () => `person${++serial}@example.com`;
const signUp = (email: string, query = "", password = "secret-1") =>
  post(`/signup${query}`, { email, password, data: { username: "ada" } });
const signIn = (email: string, password = "secret-1") =>
  post("/token?grant_type=password", { email, password });
const lastData = () => calls.at(-1)!.payload.email_data as Record<string, string>;
/** Where a link leads: the address, and what is behind the `#`. */
async function follow(type: string, token: string, query = "") {
  const response = await auth.request(`/verify?type=${type}&token=${token}${query}`);
  const [address, fragment] = (response.headers.get("location") ?? "").split("#");
  return { status: response.status, address, values: Object.fromEntries(new URLSearchParams(fragment)) };
}

describe("sign-up where a send-email hook is declared", () => {
  test("answers with an account that waits; the hook is told what Supabase tells it, signed with each secret", async () => {
    const email = newEmail();
    const { status, body } = await signUp(email);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      email,
      user_metadata: { username: "ada" },
      confirmation_sent_at: expect.any(String),
    });
    expect(body).not.toHaveProperty("access_token");
    expect(body).not.toHaveProperty("email_confirmed_at");
    expect(body.identities[0].identity_data.email_verified).toBe(false);

    expect(calls).toHaveLength(1);
    const [{ headers, body: sent, payload }] = calls as [Call];
    expect(payload.user).toMatchObject({ id: body.id, email, user_metadata: { username: "ada" } });
    expect(payload.email_data).toEqual({
      token: expect.stringMatching(/^\d{6}$/),
      token_hash: expect.stringMatching(/^[0-9a-f]{56}$/),
      redirect_to: SITE,
      email_action_type: "signup",
      site_url: ISSUER,
      token_new: "",
      token_hash_new: "",
    });
    const signatures = keysOfHook.map((key) => {
      const mac = createHmac("sha256", key).update(
        `${headers["webhook-id"] as string}.${headers["webhook-timestamp"] as string}.${sent}`,
      );
      return `v1,${mac.digest("base64")}`;
    });
    expect(headers["webhook-signature"]).toBe(signatures.join(", "));
    expect(Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"]))).toBeLessThan(60);
  });

  test("who has not followed the link is not let in; the link leads back with a session, once", async () => {
    const email = newEmail();
    await signUp(email);
    expect(await signIn(email)).toMatchObject({ status: 400, body: { error_code: "email_not_confirmed" } });
    expect(await signIn(email, "wrong")).toMatchObject({ body: { error_code: "invalid_credentials" } });

    const { token_hash: hash = "" } = lastData();
    const { status, address, values } = await follow("signup", hash);
    expect([status, address]).toEqual([303, SITE]);
    expect(values).toMatchObject({ type: "signup", token_type: "bearer", expires_in: "3600", sb: "" });
    const me = await auth.request("/user", {
      headers: { authorization: `Bearer ${values["access_token"]}` },
    });
    expect(await me.json()).toMatchObject({ email, email_confirmed_at: expect.any(String) });
    expect(
      await post("/token?grant_type=refresh_token", { refresh_token: values["refresh_token"] }),
    ).toMatchObject({
      status: 200,
    });
    expect((await signIn(email)).status).toBe(200);

    expect((await follow("signup", hash)).values).toEqual({
      error: "access_denied",
      error_code: "otp_expired",
      error_description: "Email link is invalid or has expired",
      sb: "",
    });
  });

  test("a link that two follow at once lets one in", async () => {
    await signUp(newEmail());
    const { token_hash: hash = "" } = lastData();
    const values = await Promise.all([1, 2, 3].map(async () => (await follow("signup", hash)).values));
    expect(values.filter(({ access_token: token }) => token)).toHaveLength(1);
  });

  test("a code is as good as the link, with its own address alone", async () => {
    const email = newEmail();
    await signUp(email);
    const { token } = lastData();
    for (const wrong of [
      { type: "signup", email, token: token === "000000" ? "000001" : "000000" },
      { type: "signup", email: "other@example.com", token },
      { type: "recovery", email, token },
    ]) {
      expect(await post("/verify", wrong)).toMatchObject({
        status: 403,
        body: { error_code: "otp_expired" },
      });
    }
    expect(await post("/verify", { type: "email", email, token })).toMatchObject({
      status: 200,
      body: { user: { email }, refresh_token: expect.any(String) },
    });
  });

  test("a link is good for as long as is declared", async () => {
    await signUp(newEmail());
    const { token_hash: hash = "" } = lastData();
    clock = 61 * MINUTE_MS;
    expect((await follow("signup", hash)).values["error_code"]).toBe("otp_expired");
    declared["mailer_otp_exp"] = 7200;
    expect((await follow("signup", hash)).values["type"]).toBe("signup");
  });

  test("again, it sends another message after a minute, and keeps the first password", async () => {
    const email = newEmail();
    await signUp(email);
    const first = lastData()["token_hash"]!;
    expect(await signUp(email)).toMatchObject({
      status: 429,
      body: {
        error_code: "over_email_send_rate_limit",
        msg: expect.stringMatching(/only request this after \d+ s/),
      },
    });
    expect(await post("/resend", { type: "signup", email })).toMatchObject({ status: 429 });
    clock = 2 * MINUTE_MS;
    await signUp(email, "", "another-password");
    clock = 4 * MINUTE_MS;
    expect(await post("/resend", { type: "signup", email })).toEqual({ status: 200, body: {} });
    expect(calls).toHaveLength(3);
    expect((await follow("signup", first)).values["error_code"]).toBe("otp_expired");
    expect((await follow("signup", lastData()["token_hash"]!)).values["type"]).toBe("signup");
    expect((await signIn(email, "another-password")).status).toBe(400);
    expect((await signIn(email)).status).toBe(200);
  });

  test("tells nobody whether an address is somebody's", async () => {
    const email = newEmail();
    const { body: fresh } = await signUp(email);
    await follow("signup", lastData()["token_hash"]!);
    const { status, body: pretended } = await signUp(email);
    expect(status).toBe(200);
    expect(Object.keys(pretended).sort()).toEqual(Object.keys(fresh).sort());
    expect(pretended.id).not.toBe(fresh.id);
    expect(pretended).toMatchObject({ email, identities: [] });
    for (const address of [email, "nobody@example.com"]) {
      expect(await post("/resend", { type: "signup", email: address })).toEqual({ status: 200, body: {} });
    }
    expect(await post("/recover", { email: "nobody@example.com" })).toEqual({ status: 200, body: {} });
    expect(calls).toHaveLength(1);
  });

  test.each([
    ["asked for and of the site", `?redirect_to=${SITE}/welcome`, {}, `${SITE}/welcome`],
    [
      "asked for and in the list",
      "?redirect_to=https://a.preview.example/welcome",
      {},
      "https://a.preview.example/welcome",
    ],
    ["of another host", "?redirect_to=https://evil.example/", {}, SITE],
    ["that only looks like it", `?redirect_to=${SITE}.evil.example/`, {}, SITE],
    ["deeper than the pattern", "?redirect_to=https://a.b.preview.example/welcome", {}, SITE],
    ["a script", "?redirect_to=javascript:alert(1)", {}, SITE],
    ["of the page it comes from", "", { referer: `${SITE}/join` }, `${SITE}/join`],
    ["of another's page", "", { referer: "https://evil.example/join" }, SITE],
  ])("the link leads back to an address %s", async (_case, query, headers, expected) => {
    await post(`/signup${query}`, { email: newEmail(), password: "secret-1" }, headers);
    const { redirect_to: target, token_hash: hash = "" } = lastData();
    expect(target).toBe(expected);
    const asked = query.replace("?", "&");
    const at = await follow("signup", hash, asked);
    expect(at.address).toBe(asked ? expected : SITE);
  });

  test("confirms at once where that is declared, or where no hook is", async () => {
    for (const change of [{ mailer_autoconfirm: true }, { hook_send_email_enabled: false }]) {
      Object.assign(declared, { hook_send_email_enabled: true, mailer_autoconfirm: false }, change);
      expect((await signUp(newEmail())).body).toHaveProperty("access_token");
    }
    expect(calls).toEqual([]);
  });
});

test("recovery: the link lets in to choose another password, and confirms the address", async () => {
  const email = newEmail();
  await signUp(email);
  expect(await post("/recover", { email })).toEqual({ status: 200, body: {} });
  expect(lastData()).toMatchObject({ email_action_type: "recovery" });
  expect((await follow("signup", lastData()["token_hash"]!)).values["error_code"]).toBe("otp_expired");
  const { values } = await follow("recovery", lastData()["token_hash"]!);
  expect(values["type"]).toBe("recovery");
  await auth.request("/user", {
    method: "PUT",
    body: JSON.stringify({ password: "secret-2" }),
    headers: { authorization: `Bearer ${values["access_token"]}` },
  });
  expect((await signIn(email, "secret-2")).status).toBe(200);
  declared["hook_send_email_enabled"] = false;
  clock = 2 * MINUTE_MS;
  expect(await post("/recover", { email })).toMatchObject({
    status: 500,
    body: { error_code: "unexpected_failure" },
  });
});

test("an administrator's account is confirmed if that is said", async () => {
  const service = { authorization: `Bearer ${keys.serviceRoleKey}` };
  const [waiting, confirmed] = [newEmail(), newEmail()];
  await post("/admin/users", { email: waiting, password: "secret-1" }, service);
  await post("/admin/users", { email: confirmed, password: "secret-1", email_confirm: true }, service);
  expect([(await signIn(waiting)).status, (await signIn(confirmed)).status]).toEqual([400, 200]);
});

describe("a hook that does not do its part", () => {
  const gone = async (email: string) =>
    (await pool.query("select from auth.users where email = $1", [email])).rowCount === 0;

  test.each([
    [500, {}, 500, "Unexpected status code returned from hook: 500"],
    [400, {}, 500, "Invalid payload sent to hook"],
    [401, {}, 500, "Hook requires authorization token"],
    [503, {}, 500, "Service currently unavailable due to hook"],
    [200, { "content-type": "text/plain" }, 400, "Invalid JSON response. Received content-type: text/plain"],
  ])(
    "answers %i %j: the sign-up is refused and leaves nothing behind",
    async (status, headers, told, message) => {
      answerCall = (response) => json(response, status, headers);
      const email = newEmail();
      expect(await signUp(email)).toMatchObject({ status: told, body: { msg: message } });
      expect(await gone(email)).toBe(true);
      expect(calls).toHaveLength(1);
    },
  );

  test("asks to come again: the same message goes out again, under another id", async () => {
    answerCall = (response, number) =>
      number < 3 ? json(response, 503, { "retry-after": "true" }) : json(response);
    expect((await signUp(newEmail())).status).toBe(200);
    expect(calls).toHaveLength(3);
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    expect(new Set(calls.map(({ headers }) => headers["webhook-id"])).size).toBe(3);

    calls = [];
    answerCall = (response) => json(response, 429, { "retry-after": "true" });
    const email = newEmail();
    expect(await signUp(email)).toMatchObject({ status: 500 });
    expect(calls).toHaveLength(3);
    expect(await gone(email)).toBe(true);
  });

  test("does not answer: after five seconds the sign-up is refused", async () => {
    answerCall = () => {};
    const email = newEmail();
    expect(await signUp(email)).toMatchObject({ status: 422, body: { error_code: "hook_timeout" } });
    expect(await gone(email)).toBe(true);
  });

  test("is not there: so too, after three attempts", async () => {
    const closed = await serve(() => {});
    await closed.close();
    declared["hook_send_email_uri"] = closed.url;
    expect(await signUp(newEmail())).toMatchObject({
      status: 422,
      body: { error_code: "hook_timeout_after_retry" },
    });
  });

  test("has a secret that is none: the client is told of a failure, not of the secret", async () => {
    declared["hook_send_email_secrets"] = "plain";
    const { status, body } = await signUp(newEmail());
    expect([status, JSON.stringify(body).includes("plain")]).toEqual([500, false]);
  });
});
