import { serve, type ServerType } from "@hono/node-server";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createAuth } from "../auth/auth.ts";
import { createKeys, type ProjectKeys } from "../auth/keys.ts";
import { parseAuthSettings } from "../auth/settings.ts";
import { createTokenKit } from "../auth/tokens.ts";
import { createDataApi, type DataApi } from "../data-api/data-api.ts";
import { testSchema } from "../data-api/test-schema.ts";
import { createGateway } from "./gateway.ts";
import { startTestDatabase, testPool, type TestDatabase } from "./test-project.ts";

const ADA = "00000000-0000-0000-0000-000000000001";
let database: TestDatabase;
let pool: pg.Pool;
let api: DataApi;
let keys: ProjectKeys;
let server: ServerType;
let url: string;
let running = true;
const called: { slug: string; request: Request }[] = [];

beforeAll(async () => {
  database = await startTestDatabase(testSchema);
  keys = await createKeys("abcdefghijklmnopqrst");
  pool = testPool(database.server.authAdminUrl);
  api = await createDataApi({
    databaseUrl: database.server.authenticatorUrl,
    keys,
    settings: () => ({ schemas: ["public"], extraSearchPath: ["public", "extensions"], maxRows: 1000 }),
    log: () => {},
  });
  const auth = createAuth({
    pool,
    keys,
    issuer: "http://127.0.0.1/auth/v1",
    settings: () => parseAuthSettings(),
  });
  const gateway = createGateway({
    keys: () => (running ? keys : undefined),
    auth: () => auth,
    dataApi: () => api.app,
    functions: async (request, slug) => {
      called.push({ slug, request });
      return new Response(request.body, { headers: { "x-function": slug } });
    },
  });
  server = serve({ fetch: gateway.fetch, port: 0, hostname: "127.0.0.1" });
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  await api?.close();
  await pool?.end();
  await database?.stop();
});
afterEach(() => {
  running = true;
  called.length = 0;
});

const options = { auth: { persistSession: false, autoRefreshToken: false } };
const client = (key = keys.publishableKey) => createClient(url, key, options);
async function signedUp(email: string): Promise<SupabaseClient> {
  const supabase = client();
  const { error } = await supabase.auth.signUp({ email, password: "secret-1" });
  expect(error).toBeNull();
  return supabase;
}

describe("the API key", () => {
  test.each(["publishableKey", "anonKey"] as const)(
    "%s is anon, secret and service keys are service_role",
    async (name) => {
      expect((await client(keys[name]).rpc("whoami")).data).toMatchObject({ role: "anon" });
      const privileged = name === "anonKey" ? keys.serviceRoleKey : keys.secretKey;
      expect((await client(privileged).rpc("whoami")).data).toMatchObject({ role: "service_role" });
    },
  );

  test("works in the query, and does not reach the data API as a filter", async () => {
    const response = await fetch(`${url}/rest/v1/posts?select=id&id=eq.1&apikey=${keys.publishableKey}`);
    expect(await response.json()).toEqual([{ id: 1 }]);
  });

  test("is needed, must be right, and a secret one must not come from a browser", async () => {
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${url}/rest/v1/posts`, { headers });
      return { status: response.status, body: (await response.json()) as unknown };
    };
    expect(await ask({})).toMatchObject({ status: 401, body: { message: "No API key found in request" } });
    expect(await ask({ apikey: "sb_publishable_wrong" })).toMatchObject({
      status: 401,
      body: { message: "Invalid API key" },
    });
    expect(await ask({ apikey: keys.jwtSecret })).toMatchObject({ status: 401 });
    const browser = { apikey: keys.secretKey, "user-agent": "Mozilla/5.0 (X11; Linux)" };
    expect(await ask(browser)).toMatchObject({
      status: 401,
      body: { message: "Forbidden use of secret API key in browser" },
    });
  });

  test("gives no more than the user's own token", async () => {
    const authorization = `Bearer ${await createTokenKit(keys).sign({ sub: ADA, role: "authenticated" }, 60)}`;
    const response = await fetch(`${url}/rest/v1/rpc/whoami`, {
      headers: { apikey: keys.secretKey, authorization },
    });
    expect(await response.json()).toMatchObject({ role: "authenticated", uid: ADA });
  });

  test("the JWKS is public", async () => {
    expect((await fetch(`${url}/auth/v1/.well-known/jwks.json`)).status).toBe(200);
    expect((await fetch(`${url}/auth/v1/health`)).status).toBe(401);
  });
});

describe("with supabase-js", () => {
  test("an account's whole life", async () => {
    const supabase = client();
    const up = await supabase.auth.signUp({
      email: "life@example.com",
      password: "secret-1",
      options: { data: { name: "L" } },
    });
    expect(up.data.user?.user_metadata).toEqual({ name: "L" });
    const claims = await supabase.auth.getClaims();
    expect(claims.error).toBeNull();
    expect(claims.data?.claims).toMatchObject({ role: "authenticated", email: "life@example.com" });
    expect((await supabase.rpc("whoami")).data).toMatchObject({
      role: "authenticated",
      uid: up.data.user?.id,
    });
    const refreshed = await supabase.auth.refreshSession();
    expect(refreshed.data.session?.refresh_token).not.toBe(up.data.session?.refresh_token);
    expect((await supabase.auth.updateUser({ data: { name: "M" } })).data.user?.user_metadata).toEqual({
      name: "M",
    });
    expect((await supabase.auth.signOut()).error).toBeNull();
    expect((await supabase.auth.getUser(up.data.session!.access_token)).error).toMatchObject({
      name: "AuthSessionMissingError",
    });
    const wrong = await supabase.auth.signInWithPassword({ email: "life@example.com", password: "nope" });
    expect(wrong.error).toMatchObject({ status: 400, code: "invalid_credentials" });
    const weak = await supabase.auth.signUp({ email: "weak@example.com", password: "1" });
    expect(weak.error).toMatchObject({ name: "AuthWeakPasswordError", reasons: ["length"] });
  });

  test("administration with the secret key", async () => {
    const { auth } = client(keys.secretKey);
    const made = await auth.admin.createUser({
      email: "made@example.com",
      password: "secret-1",
      email_confirm: true,
    });
    expect(made.error).toBeNull();
    const listed = await auth.admin.listUsers();
    expect(listed.data.users.map(({ email }) => email)).toContain("made@example.com");
    expect((await auth.admin.deleteUser(made.data.user!.id)).error).toBeNull();
    expect((await client().auth.admin.listUsers()).error).toMatchObject({ code: "not_admin" });
  });

  test("reads: embeds, filters, order, range, count, single", async () => {
    const supabase = client();
    const page = await supabase
      .from("posts")
      .select("id, users!author_id(username), comments(body), labels(name)", { count: "exact" })
      .or("likes_count.gt.4,title.ilike.*notes*")
      .not("author_id", "is", null)
      .order("likes_count", { ascending: false })
      .order("id", { referencedTable: "comments", ascending: false })
      .limit(1, { referencedTable: "comments" })
      .range(0, 1);
    expect(page).toMatchObject({
      status: 206,
      count: 3,
      data: [
        { id: 3, users: { username: "bob" }, comments: [{ body: "ok" }], labels: [{ name: "tech" }] },
        {
          id: 1,
          users: { username: "ada" },
          comments: [{ body: "wow" }],
          labels: [{ name: "tech" }, { name: "art" }],
        },
      ],
    });
    expect((await supabase.from("posts").select("*", { count: "exact", head: true })).count).toBe(4);
    expect(
      (await supabase.from("users").select("username").contains("tags", ["math"]).single()).data,
    ).toEqual({ username: "ada" });
    expect((await supabase.from("posts").select().eq("id", 99).maybeSingle()).data).toBeNull();
    expect((await supabase.from("posts").select().eq("id", 99).single()).error).toMatchObject({
      code: "PGRST116",
    });
    expect((await supabase.from("posts").select("id").in("title", ["Notes, (and) more"])).data).toEqual([
      { id: 2 },
    ]);
    expect(
      (await supabase.from("posts").select("id").textSearch("title", "engine", { config: "english" })).data,
    ).toEqual([{ id: 1 }]);
    expect((await supabase.from("posts").select("id,title").eq("id", 1).csv()).data).toBe(
      'id,title\n1,"Engines running"',
    );
    expect((await supabase.from("nope").select()).error).toMatchObject({ code: "PGRST205" });
  });

  test("writes: insert, upsert, update, delete, and the right to do so", async () => {
    const supabase = await signedUp("writer@example.com");
    const other = await signedUp("other@example.com");
    const inserted = await supabase.from("posts").insert({ title: "Mine" }).select("id, title").single();
    expect(inserted.data).toMatchObject({ title: "Mine" });
    const id = (inserted.data as { id: number }).id;
    expect((await supabase.from("posts").upsert({ id, title: "Again" }).select("title")).data).toEqual([
      { title: "Again" },
    ]);
    expect((await supabase.from("posts").update({ body: "b" }).eq("id", id).select("body")).data).toEqual([
      { body: "b" },
    ]);
    const bulk = await supabase
      .from("posts")
      .insert([{ title: "x" }, { title: "y", body: "z" }], { defaultToNull: false })
      .select("likes_count");
    expect(bulk.data).toEqual([{ likes_count: 0 }, { likes_count: 0 }]);
    expect(await supabase.from("posts").delete({ count: "exact" }).gt("id", 100)).toMatchObject({
      status: 204,
      count: 3,
    });

    expect(
      (await supabase.from("notes").insert([{ id: 70, body: "private" }], { defaultToNull: false })).error,
    ).toBeNull();
    expect((await supabase.from("notes").select("id")).data).toEqual([{ id: 70 }]);
    expect((await other.from("notes").select()).data).toEqual([]);
    expect((await other.from("notes").update({ body: "stolen" }).eq("id", 70).select()).data).toEqual([]);
    expect((await other.from("notes").insert({ id: 71, owner: ADA })).error).toMatchObject({ code: "42501" });
  });

  test("functions of the database, by POST and by GET", async () => {
    const supabase = client();
    expect((await supabase.rpc("add_numbers", { a: 1, b: 2 })).data).toBe(3);
    expect((await supabase.rpc("add_numbers", { a: 1 }, { get: true })).data).toBe(11);
    expect(
      (await supabase.rpc("posts_of", { name: "ada" }).select("id, users(username)").order("id").limit(1))
        .data,
    ).toEqual([{ id: 1, users: { username: "ada" } }]);
    expect((await supabase.rpc("fail", { kind: "raise" })).error).toMatchObject({
      code: "P0001",
      message: "plain",
      hint: "a hint",
    });
  });
});

describe("the rest", () => {
  test("CORS is open on Auth and the data API", async () => {
    const headers = {
      origin: "https://app.example.com",
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "apikey,x-custom",
    };
    const preflight = await fetch(`${url}/rest/v1/posts`, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("x-custom");
    const refused = await fetch(`${url}/rest/v1/posts`, { headers: { origin: "https://app.example.com" } });
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
    const read = await fetch(`${url}/rest/v1/posts`, { headers: { apikey: keys.anonKey } });
    expect(read.headers.get("access-control-expose-headers")).toContain("Content-Range");
  });

  test("a function gets the request as it is, preflight and all, without a key", async () => {
    const preflight = await fetch(`${url}/functions/v1/upload-media`, {
      method: "OPTIONS",
      headers: { origin: "https://x.example" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    expect(preflight.headers.get("x-function")).toBe("upload-media");
    await fetch(`${url}/functions/v1/upload-media/deep/path?x=1`, { method: "POST", body: "b" });
    expect(called.map(({ request }) => [request.method, new URL(request.url).pathname])).toEqual([
      ["OPTIONS", "/functions/v1/upload-media"],
      ["POST", "/functions/v1/upload-media/deep/path"],
    ]);
  });

  test("a function's body streams: its start is answered before its end is sent", async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const sent = writer.write(new TextEncoder().encode("first"));
    const response = await fetch(`${url}/functions/v1/echo`, {
      method: "POST",
      body: readable,
      duplex: "half",
    } as RequestInit);
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("first");
    await sent;
    await writer.close();
    expect((await reader.read()).done).toBe(true);
  });

  test("a body too large for the data API is refused", async () => {
    const response = await fetch(`${url}/rest/v1/posts`, {
      method: "POST",
      headers: { apikey: keys.anonKey, "content-type": "application/json" },
      body: `"${"x".repeat(11 * 1024 * 1024)}"`,
    });
    expect(response.status).toBe(413);
  });

  test("a client cannot choose the address that limits count", async () => {
    const from = (address: string) =>
      fetch(`${url}/auth/v1/token?grant_type=refresh_token`, {
        method: "POST",
        headers: { apikey: keys.anonKey, "x-forwarded-for": address },
        body: JSON.stringify({ refresh_token: "aaaaaaaaaaaa" }),
      });
    const statuses = await Promise.all(
      Array.from({ length: 45 }, async (_, i) => (await from(`10.0.0.${i}`)).status),
    );
    expect(statuses).toContain(429);
  });

  test("503 while the project is not running, 404 elsewhere", async () => {
    expect((await fetch(`${url}/storage/v1/bucket`)).status).toBe(404);
    running = false;
    for (const path of ["/rest/v1/posts", "/auth/v1/health", "/functions/v1/x"]) {
      const response = await fetch(url + path);
      expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
        503,
        "The Supabase project is not running",
      ]);
    }
  });
});
