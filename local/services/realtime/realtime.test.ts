import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { RealtimeClient, type RealtimeChannel } from "@supabase/realtime-js";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createKeys, type ProjectKeys } from "../auth/keys.ts";
import { createTokenKit, type TokenKit } from "../auth/tokens.ts";
import { startTestDatabase, type TestDatabase } from "../gateway/test-project.ts";
import { decode, encode } from "./message.ts";
import { query } from "../postgres/testing.ts";
import { createRealtime, type Realtime } from "./realtime.ts";
import { parseSubscription } from "./subscription.ts";

const schema = `
  create table posts (
    id uuid primary key, user_id uuid not null, content text, hidden boolean not null default false,
    likes integer not null default 0, total bigint not null default 9007199254740993, score numeric(10, 3),
    meta jsonb, tags text[], secret text, at timestamptz not null default now());
  alter table posts enable row level security;
  create policy see on posts for select using (not hidden or user_id = auth.uid());
  revoke select on posts from anon, authenticated;
  grant select (id, user_id, content, hidden, likes, total, score, meta, tags, at) on posts to anon, authenticated;
  create table notes (a integer, b text, body text, primary key (a, b));
  create table closed (id integer primary key);
  revoke all on closed from anon, authenticated;
  create table quiet (id integer primary key);
  create table keyless (id integer);
  alter publication supabase_realtime add table posts, notes, closed, keyless;`;

let database: TestDatabase;
let keys: ProjectKeys;
let tokens: TokenKit;
let realtime: Realtime;
let server: Server;
let address: string;
let maxUsers: number;
const clients: RealtimeClient[] = [];
beforeAll(async () => {
  database = await startTestDatabase(schema);
  keys = await createKeys("project");
  tokens = createTokenKit(keys);
  const { superuserUrl, authenticatorUrl } = database.server;
  realtime = createRealtime({
    ...{ keys, superuserUrl, authenticatorUrl },
    maxUsers: () => maxUsers,
    log: () => {},
  });
  server = createServer().on("upgrade", (...request) => void realtime.upgrade(...request));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/realtime/v1`;
});
afterAll(async () => {
  await realtime?.close();
  server?.close();
  await database?.stop();
});
beforeEach(() => (maxUsers = 200));
afterEach(async () => {
  for (const client of clients.splice(0)) await client.disconnect();
  await expect.poll(slots).toBe(0);
  await database.owner.query("truncate posts, notes, closed, keyless");
});

const ada = randomUUID();
const tokenOf = (user: string, seconds = 3600) => tokens.sign({ sub: user, role: "authenticated" }, seconds);
const slots = async () =>
  Number(
    (await database.owner.query<{ count: string }>("select count(*) from pg_replication_slots")).rows[0]
      ?.count,
  );
const insert = async (values: Record<string, unknown> = {}) => {
  const row = { id: randomUUID(), user_id: ada, content: "hello", ...values };
  const names = Object.keys(row);
  await database.owner.query(
    `insert into posts (${names.join()}) values (${names.map((_, n) => `$${n + 1}`).join()})`,
    Object.values(row),
  );
  return row.id;
};

function clientOf(options: { token?: string; key?: string; vsn?: string } = {}): RealtimeClient {
  const client = new RealtimeClient(address, {
    params: { apikey: options.key ?? keys.publishableKey },
    transport: WebSocket as never,
    ...(options.vsn && { vsn: options.vsn }),
    ...(options.token && { accessToken: async () => options.token! }),
  });
  clients.push(client);
  return client;
}

type Told = {
  eventType: string;
  new: Record<string, unknown>;
  old: Record<string, unknown>;
  errors: unknown;
};
type Wanted = { event?: string; schema?: string; table?: string; filter?: string };

/** Listens, and resolves once Realtime says that it is subscribed, or why it is not. */
async function listen(client: RealtimeClient, ...wanted: Wanted[]) {
  const told: Told[] = [];
  await client.setAuth(); // As supabase-js does when somebody signs in.
  const system: { status: string; message: string }[] = [];
  const statuses: string[] = [];
  let channel: RealtimeChannel = client.channel(randomUUID());
  for (const each of wanted) {
    channel = channel.on(
      "postgres_changes",
      { event: "*", schema: "public", table: "posts", ...each } as never,
      (change: Told) => void told.push(change),
    );
  }
  channel.on("system" as never, {} as never, (message: (typeof system)[number]) => void system.push(message));
  channel.subscribe((status, error) => void statuses.push(error ? `${status} ${error.message}` : status));
  await expect.poll(() => system.length > 0 || statuses.some((each) => each !== "SUBSCRIBED")).toBe(true);
  return { channel, told, system, statuses };
}

describe("what a client is told", () => {
  it.each(["1.0.0", "2.0.0"])("is each change, in order, by version %s of the protocol", async (vsn) => {
    const { told, statuses, system } = await listen(clientOf({ vsn }), {});
    expect(statuses).toEqual(["SUBSCRIBED"]);
    expect(system).toMatchObject([{ status: "ok", message: "Subscribed to PostgreSQL" }]);
    const id = await insert();
    for (let likes = 1; likes <= 50; likes++)
      await database.owner.query("update posts set likes = $1 where id = $2", [likes, id]);
    // What is gone when it is asked for nobody may see.
    await expect.poll(() => told.length).toBe(51);
    await database.owner.query("delete from posts where id = $1", [id]);
    await expect.poll(() => told.length).toBe(52);
    expect(told.map(({ eventType }) => eventType)).toEqual([
      "INSERT",
      ...Array.from({ length: 50 }, () => "UPDATE"),
      "DELETE",
    ]);
    expect(told.at(-1)).toMatchObject({ new: {}, old: { id }, errors: null });
  });

  it("is the row as the data API gives it, and as it was when it changed", async () => {
    const { told } = await listen(clientOf(), {});
    const id = await insert({
      content: "a \"quoted\" ünicode \\ 'text'",
      score: "1.500",
      meta: JSON.stringify({ a: [1, null, "x"] }),
      tags: ["a", "b,c", '"', "{}"],
      at: "2026-01-31 09:30:00.123456+00",
    });
    const { rows } = await database.owner.query<{ row: Record<string, unknown> }>(
      "select to_jsonb(posts) - 'secret' as row from posts",
    );
    await database.owner.query("update posts set likes = 1, meta = 'null', score = null");
    await expect.poll(() => told.length).toBe(2);
    // The client makes of bigint what JavaScript can.
    expect({ ...told[0]?.new, total: rows[0]?.row["total"] }).toEqual(rows[0]?.row);
    expect(told[1]).toMatchObject({ new: { id, likes: 1, meta: null, score: null }, old: { id } });
  });

  it("lacks a large value that was not touched, as it is not in the log", async () => {
    const { told } = await listen(clientOf(), { event: "UPDATE" });
    const content = Array.from({ length: 2_000 }, () => randomUUID()).join("");
    await insert({ content });
    await database.owner.query("update posts set likes = 1");
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]?.new).not.toHaveProperty("content");
    expect(told[0]?.new).toMatchObject({ likes: 1 });
  });

  it("is what row-level security and the grants let it see", async () => {
    const mine = await listen(clientOf({ token: await tokenOf(ada) }), {});
    const stranger = await listen(clientOf({ token: await tokenOf(randomUUID()) }), {});
    const nobody = await listen(clientOf(), {});
    const service = await listen(clientOf({ key: keys.secretKey }), {});
    await insert({ hidden: true, secret: "s" });
    const last = await insert();
    for (const { told } of [mine, stranger, nobody, service])
      await expect.poll(() => told.at(-1)?.new["id"]).toBe(last);
    expect([mine, stranger, nobody, service].map(({ told }) => told.length)).toEqual([2, 1, 1, 2]);
    expect(mine.told[0]?.new).not.toHaveProperty("secret");
    expect(service.told[0]?.new).toMatchObject({ secret: "s" });
  });

  it("is nothing of a table it has no grant for but that something changed", async () => {
    const { told } = await listen(clientOf(), { table: "closed" });
    await database.owner.query("insert into closed values (1)");
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatchObject({ new: {}, old: {}, errors: ["Error 401: Unauthorized"] });
  });

  it("is what its filter lets through", async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    const cases: [string, number[]][] = [
      [`id=eq.${ids[1]}`, [1]],
      [`id=in.(${ids[0]},${ids[2]})`, [0, 2]],
      ["likes=gt.1", [2]],
      ["likes=lte.1", [0, 1]],
      ["content=neq.1", [0, 2]],
      ["content=eq.a=b.c", []],
    ];
    const client = clientOf();
    const all = await Promise.all(cases.map(([filter]) => listen(client, { filter })));
    const rest = await listen(client, {});
    for (const [likes, id] of ids.entries()) await insert({ id, likes, content: String(likes) });
    await expect.poll(() => rest.told.length).toBe(3);
    for (const [n, { told }] of all.entries())
      expect(told.map((each) => each.new["likes"])).toEqual(cases[n]?.[1]);
  });

  it("comes once for each thing it asked for in a channel, and is of all tables for those that ask so", async () => {
    const { told } = await listen(clientOf(), { event: "INSERT" }, { filter: "likes=eq.7" }, { table: "*" });
    await insert({ likes: 7 });
    await database.owner.query("insert into notes values (1, 'b', 'c')");
    await database.owner.query("insert into keyless values (1)");
    await expect.poll(() => told.length).toBe(4);
    await database.owner.query("update notes set a = 2");
    await expect.poll(() => told.length).toBe(5);
    expect(told.map((each) => Object.keys(each.new).length)).toEqual([10, 10, 10, 3, 3]);
    expect(told.at(-1)).toMatchObject({ new: { a: 2, b: "b" }, old: { a: 1, b: "b" } });
  });

  it("goes on when the database had ended its connection, and after the table was altered", async () => {
    const { told } = await listen(clientOf(), {});
    await query(
      database.server.superuserUrl,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'realtime'",
    );
    await expect.poll(slots, { timeout: 10_000 }).toBe(0);
    await expect.poll(slots, { timeout: 10_000 }).toBe(1);
    await insert();
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(1);
    await database.owner.query(
      "alter table posts add extra integer default 5; grant select (extra) on posts to anon",
    );
    await insert();
    await expect.poll(() => told.length).toBe(2);
    expect(told[1]?.new).toMatchObject({ extra: 5 });
    await database.owner.query("alter table posts drop extra");
  });

  it("ends when it leaves, and then nothing is read for nobody", async () => {
    const client = clientOf();
    const left = await listen(client, {});
    const stays = await listen(client, {});
    await client.removeChannel(left.channel);
    await insert();
    await expect.poll(() => stays.told.length).toBe(1);
    expect(left.told).toEqual([]);
    expect(await slots()).toBe(1);
    await client.removeChannel(stays.channel);
    await expect.poll(slots).toBe(0);
  });
});

describe("what is refused", () => {
  it.each([
    ["a table that is not published", { table: "quiet" }, /check Realtime is enabled .* table: quiet/],
    ["a column that is none", { filter: "nothing=eq.1" }, /invalid column for filter nothing/],
    ["a column one may not read", { filter: "secret=eq.1" }, /invalid column for filter secret/],
    ["a value of another type", { filter: "id=eq.1" }, /invalid input syntax for type uuid/],
    ["an unknown operator", { filter: "id=near.1" }, /Error parsing `filter` params/],
    ["a list without parentheses", { filter: "likes=in.1" }, /must be wrapped by parentheses/],
    [
      "more values than 100",
      { filter: `likes=in.(${Array.from({ length: 101 }, (_, n) => n).join()})` },
      /too many values/,
    ],
  ])("%s", async (_, wanted, message) => {
    const { system, told } = await listen(clientOf(), wanted);
    expect(system).toMatchObject([{ status: "error", message: expect.stringMatching(message) }]);
    await insert();
    expect(told).toEqual([]);
  });

  it.each([
    ["no key", ""],
    ["a foreign key", "?apikey=sb_publishable_other"],
  ])("a connection with %s", async (_, query) => {
    const socket = new WebSocket(`${address}/websocket${query}`);
    const status = await new Promise((resolve) => {
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.once("error", resolve);
    });
    expect(status).toBe(401);
    socket.terminate();
  });

  it.each(["//", "/", "/realtime/v1/other?x=1", "*"])(
    "a request for %s, and the server goes on",
    async (path) => {
      const { port } = server.address() as AddressInfo;
      const asked = connect(port, "127.0.0.1");
      asked.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      expect(await text(asked)).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
      expect((await listen(clientOf(), {})).statuses).toEqual(["SUBSCRIBED"]);
    },
  );

  it.each([
    ["expired", async () => tokenOf(ada, -10), /InvalidJWTToken: Token has expired \d+ seconds ago/],
    [
      "of another project",
      async () => createTokenKit(await createKeys("other")).sign({ role: "anon" }, 60),
      /JwtSignatureError/,
    ],
    ["without a role", async () => tokens.sign({ sub: ada }, 60), /Fields `role` and `exp` are required/],
    ["no token", async () => "nonsense", /MalformedJWT/],
  ])("a token that is %s", async (_, token, message) => {
    const { statuses } = await listen(clientOf({ token: await token() }), {});
    expect(statuses[0]).toMatch(message);
  });

  it("one user more than the project may have; who has joined may join again", async () => {
    maxUsers = 1;
    const first = clientOf();
    await listen(first, {});
    expect((await listen(clientOf(), {})).statuses[0]).toMatch(
      /ConnectionRateLimitReached: Too many connected users/,
    );
    expect((await listen(first, {})).statuses).toEqual(["SUBSCRIBED"]);
  });

  it("whatever comes after the token has ended", async () => {
    const { system, told, channel } = await listen(clientOf({ token: await tokenOf(ada, 2) }), {});
    await expect.poll(() => system.at(-1)?.status, { timeout: 10_000 }).toBe("error");
    expect(system.at(-1)?.message).toMatch(/Token has expired/);
    await expect.poll(() => channel.state).toBe("closed");
    await insert();
    expect(told).toEqual([]);
  });

  it("what is no message, and the connection goes on", async () => {
    const socket = new WebSocket(`${address}/websocket?apikey=${keys.publishableKey}&vsn=2.0.0`);
    await new Promise((resolve) => socket.once("open", resolve));
    const answers: string[] = [];
    socket.on("message", (data: Buffer) => answers.push(data.toString()));
    for (const wrong of ["", "{", "null", "[]", "7", '["1","1","realtime:x","phx_join"]', '[1,1,"t","e",0]'])
      socket.send(wrong);
    socket.send(Buffer.from([3, 0, 0]));
    socket.send('[null,"9","phoenix","heartbeat",{}]');
    await expect
      .poll(() => answers.at(-1))
      .toBe('[null,"9","phoenix","phx_reply",{"status":"ok","response":{}}]');
    socket.close();
  });
});

describe("another token", () => {
  it("changes who is told, from then on", async () => {
    const client = clientOf();
    const { told } = await listen(client, {});
    await client.setAuth(await tokenOf(ada));
    await insert();
    await expect.poll(() => told.length).toBe(1);
    await insert({ hidden: true });
    await expect.poll(() => told.length).toBe(2);
  });
});

describe("messages", () => {
  it("are the same after encoding and decoding, in both versions", () => {
    const reference = fc.option(fc.string(), { nil: null });
    const message = fc.record({
      joinRef: reference,
      ref: reference,
      topic: fc.string(),
      event: fc.string(),
      payload: fc.dictionary(fc.string(), fc.jsonValue()),
    });
    fc.assert(
      fc.property(message, fc.constantFrom("1.0.0" as const, "2.0.0" as const), (each, version) => {
        const { payload, ...rest } = decode(version, encode(version, each))!;
        expect({ ...rest, payload: JSON.stringify(payload) }).toEqual({
          ...each,
          payload: JSON.stringify(each.payload),
        });
      }),
    );
  });

  it("never throw, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const version of ["1.0.0", "2.0.0"] as const) decode(version, text);
        return true;
      }),
    );
  });

  it("ask for changes by schema, table or both", () => {
    expect(parseSubscription({ table: "posts" })).toEqual({ event: "*", schema: "public", table: "posts" });
    expect(parseSubscription({ schema: "app", event: "insert" })).toEqual({
      event: "INSERT",
      schema: "app",
      table: "*",
    });
    expect(() => parseSubscription({ event: "*" })).toThrow(/No subscription params/);
  });
});
