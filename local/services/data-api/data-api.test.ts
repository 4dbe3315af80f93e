import type { Hono } from "hono";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKeys, type ProjectKeys } from "../auth/keys.ts";
import { createTokenKit } from "../auth/tokens.ts";
import { startTestDatabase, type TestDatabase } from "../gateway/test-project.ts";
import { createDataApi, type DataApi, type DataApiSettings } from "./data-api.ts";
import { testSchema } from "./test-schema.ts";

const ADA = "00000000-0000-0000-0000-000000000001";
const BOB = "00000000-0000-0000-0000-000000000002";
let database: TestDatabase;
let keys: ProjectKeys;
let api: DataApi;
let app: Hono;
let settings: DataApiSettings;
const logged: string[] = [];

beforeAll(async () => {
  database = await startTestDatabase(testSchema);
  keys = await createKeys("abcdefghijklmnopqrst");
  settings = defaults;
  api = await createDataApi({
    databaseUrl: database.server.authenticatorUrl,
    keys,
    settings: () => settings,
    log: (message) => logged.push(message),
  });
  app = api.app;
});
afterAll(async () => {
  await api?.close();
  await database?.stop();
});
const defaults: DataApiSettings = {
  schemas: ["public", "other"],
  extraSearchPath: ["public", "extensions"],
  maxRows: 1000,
};
beforeEach(() => {
  settings = defaults;
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
  const response = await app.request(path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = text && response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}
const get = (path: string, headers: Record<string, string> = {}) => call("GET", path, undefined, headers);
const rows = async (path: string) => {
  const answer = await get(path);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body as Record<string, unknown>[];
};
const ids = async (path: string) => (await rows(path)).map(({ id }) => id);
const representation = { prefer: "return=representation" };
const asUser = async (sub: string, more: Record<string, unknown> = {}) => ({
  authorization: `Bearer ${await createTokenKit(keys).sign({ sub, role: "authenticated", ...more }, 60)}`,
});
const asService = () => ({ authorization: `Bearer ${keys.serviceRoleKey}` });

describe("select", () => {
  test("columns, aliases, casts and JSON paths", async () => {
    expect(
      await rows(
        "/users?id=eq." +
          ADA +
          "&select=name:username,age::text,theme:settings->theme->>name,settings->n,settings->theme,first:tags->0",
      ),
    ).toEqual(
      [{ name: "ada", age: "36", theme: "dark", n: 1, first: "math" }].map((row) => ({
        ...row,
        theme: { name: "dark" },
      })),
    );
  });

  test("keeps all digits of a number and the order of the columns", async () => {
    const response = await app.request("/posts?id=eq.1&select=price,id,title");
    expect(await response.text()).toBe(
      '[{"price":12345678901234567890.12,"id":1,"title":"Engines running"}]',
    );
  });

  test("names with spaces, quotes, dots and semicolons", async () => {
    const table = encodeURIComponent('odd "name');
    expect(await rows(`/${table}?select=a col,"semi;colon--","dot.ted"&"dot.ted"=eq.y`)).toEqual([
      { "a col": 1, "semi;colon--": "x", "dot.ted": "y" },
    ]);
  });

  test("computed columns", async () => {
    expect(await rows("/posts?id=eq.1&select=id,full_title")).toEqual([
      { id: 1, full_title: "ENGINES RUNNING" },
    ]);
  });

  test("another exposed schema by profile", async () => {
    expect((await get("/items", { "accept-profile": "other" })).body).toEqual([{ id: 7 }]);
    expect((await get("/things", { "accept-profile": "hidden" })).body).toMatchObject({ code: "PGRST106" });
  });
});

describe("filters", () => {
  test.each([
    ["id=eq.1", [1]],
    ["id=neq.1", [2, 3, 4]],
    ["id=gt.2", [3, 4]],
    ["id=gte.2&id=lt.4", [2, 3]],
    ["id=lte.1", [1]],
    ["id=not.eq.1", [2, 3, 4]],
    ["title=like.*a*", [2, 3, 4]],
    ["title=ilike.E*", [1]],
    ["title=match.^H", [3]],
    ["title=imatch.^h", [3]],
    ["title=like(any).{E*,H*}", [1, 3]],
    ["title=like(all).{E*,*running}", [1]],
    ["id=eq(any).{1,2}", [1, 2]],
    ["id=in.(1,3)", [1, 3]],
    ["id=in.()", []],
    ["id=not.in.(1,3)", [2, 4]],
    ['title=in.("Notes, (and) more",Hammers)', [2, 3]],
    ["author_id=is.null", [4]],
    ["author_id=not.is.null", [1, 2, 3]],
    ["author_id=is.not_null", [1, 2, 3]],
    ["author_id=isdistinct." + ADA, [3, 4]],
    ["search=fts.run", [1]],
    ["search=fts(english).running", [1]],
    ["title=plfts(english).hammer", [3]],
    ["title=wfts(english).engine -hammer", [1]],
    ["title=phfts(english).engines running", [1]],
    ["meta->a=eq.1", [1]],
    ["meta->>a=eq.1", [1]],
    ['meta=cs.{"a":1}', [1]],
    ["or=(id.eq.1,id.eq.3)", [1, 3]],
    ["not.or=(id.eq.1,id.eq.3)", [2, 4]],
    ["and=(id.gt.1,or(likes_count.eq.9,title.like.O*))", [3, 4]],
    ["or=(and(id.gt.1,id.lt.3),not.and(id.lt.4))", [2, 4]],
    ['or=(title.eq."Notes, (and) more",id.in.(4,"1"))', [1, 2, 4]],
    ["or=(author_id.not.is.null,id.eq.4)&id=gt.2", [3, 4]],
  ])("%s", async (filter, expected) => {
    expect(await ids(`/posts?select=id&order=id&${filter}`)).toEqual(expected);
  });

  test.each([
    ["tags=cs.{code}", ["ada", "bob"]],
    ["tags=cd.{code,math,art}", ["ada", "bob", "cyd"]],
    ["tags=ov.{math,art}", ["ada"]],
    ['full_name=eq.Bob "The, Builder"', ["bob"]],
    ['or=(full_name.eq."Bob \\"The, Builder\\"",age.eq.36)', ["ada", "bob"]],
    ["or=(tags.cs.{code,math},age.is.null)", ["ada", "cyd"]],
  ])("arrays and quotes: %s", async (filter, expected) => {
    expect(
      (await rows(`/users?select=username&order=username&${filter}`)).map((row) => row["username"]),
    ).toEqual(expected);
  });

  test.each([
    ["id=zz.1", "PGRST100"],
    ["id=1", "PGRST100"],
    ["id=is.maybe", "PGRST100"],
    ["id=in.1", "PGRST100"],
    ["or=id.eq.1", "PGRST100"],
    ["or=(id.eq.1", "PGRST100"],
    ["select=id,", "PGRST100"],
    ["select=id(", "PGRST100"],
    ["select=id::int;drop", "PGRST100"],
    ["select=id::text)%20from", "PGRST100"],
    ["order=id.sideways", "PGRST100"],
    ["order=id.asc.desc", "PGRST100"],
    ["comments.id=eq.1", "PGRST108"],
    ["select=likes_count.sum()", "PGRST123"],
    ["select=count()", "PGRST123"],
    ["nope=eq.1", "42703"],
    ["select=nope", "42703"],
    ["id=eq.x", "22P02"],
    ["title=match.(", "2201B"],
    ["select=%00", "PGRST100"],
    ["title=eq.%00", "22021"],
  ])("refuses %s with %s", async (query, code) => {
    const { status, body } = await get(`/posts?${query}`);
    expect({ status, body }).toMatchObject({ status: 400, body: { code } });
    expect(Object.keys(body as object).sort()).toEqual(["code", "details", "hint", "message"]);
  });
});

describe("order and ranges", () => {
  test("order with nulls, several terms, JSON and a related column", async () => {
    expect(await ids("/posts?select=id&order=price.asc.nullsfirst,id.desc")).toEqual([4, 3, 2, 1]);
    expect(await ids("/posts?select=id&order=price.desc.nullslast,id")).toEqual([1, 2, 3, 4]);
    expect(
      await ids("/posts?select=id,users(username)&order=users(username).desc.nullslast,id.desc"),
    ).toEqual([3, 2, 1, 4]);
    expect((await get("/posts?select=id,comments(id)&order=comments(id)")).body).toMatchObject({
      code: "PGRST118",
    });
    expect((await get("/posts?select=id&order=users(username)")).body).toMatchObject({ code: "PGRST108" });
  });

  test("limit, offset, the range header and counts", async () => {
    const page = await get("/posts?select=id&order=id&limit=2&offset=1", { prefer: "count=exact" });
    expect(page).toMatchObject({ status: 206, body: [{ id: 2 }, { id: 3 }] });
    expect(page.headers.get("content-range")).toBe("1-2/4");
    expect(page.headers.get("preference-applied")).toBe("count=exact");
    expect((await get("/posts?select=id", { range: "0-1" })).headers.get("content-range")).toBe("0-1/*");
    expect((await get("/posts?id=eq.99", { prefer: "count=exact" })).headers.get("content-range")).toBe(
      "*/0",
    );
    const beyond = await get("/posts?offset=9", { prefer: "count=exact" });
    expect(beyond).toMatchObject({
      status: 416,
      body: { code: "PGRST103", details: "An offset of 9 was requested, but there are only 4 rows." },
    });
    expect((await get("/posts?limit=-1")).status).toBe(416);
    expect((await get("/posts", { range: "3-1" })).status).toBe(416);
    const planned = await get("/posts?limit=1", { prefer: "count=planned" });
    expect(planned.headers.get("content-range")).toMatch(/^0-0\/\d+$/);
    expect((await get("/posts?limit=1", { prefer: "count=estimated" })).headers.get("content-range")).toBe(
      "0-0/4",
    );
  });

  test("HEAD counts without a body", async () => {
    const head = await call("HEAD", "/posts?select=*", undefined, { prefer: "count=exact" });
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers.get("content-range")).toBe("0-3/4");
  });

  test("the declared max_rows bounds every list, embedded ones and functions too", async () => {
    settings = { ...settings, maxRows: 1 };
    expect(await ids("/posts?select=id&order=id&limit=3")).toEqual([1]);
    expect(await rows("/posts?id=eq.1&select=comments(id)&comments.order=id")).toEqual([
      { comments: [{ id: 1 }] },
    ]);
    expect(await rows("/rpc/posts_of?name=ada&select=id&order=id")).toEqual([{ id: 1 }]);
    expect((await call("POST", "/rpc/names", {})).body).toEqual(["ada"]);
    const estimated = await get("/posts?select=id", { prefer: "count=estimated" });
    expect(Number(estimated.headers.get("content-range")!.split("/")[1])).toBeGreaterThan(1);
  });
});

describe("embedding", () => {
  test("many-to-one, one-to-many, one-to-one and many-to-many, nested", async () => {
    const [post] = await rows(
      "/posts?id=eq.1&select=id,author:users!author_id(username,profiles(bio)),comments(body,users(username)),labels(name)&comments.order=id&labels.order=id",
    );
    expect(post).toEqual({
      id: 1,
      author: { username: "ada", profiles: { bio: "First programmer" } },
      comments: [
        { body: "nice", users: { username: "bob" } },
        { body: "wow", users: { username: "cyd" } },
      ],
      labels: [{ name: "tech" }, { name: "art" }],
    });
  });

  test("nothing related is null or an empty list", async () => {
    expect(await rows("/posts?id=eq.4&select=users(id),comments(id),labels(id)")).toEqual([
      { users: null, comments: [], labels: [] },
    ]);
  });

  test("filters, order and limits inside, by alias", async () => {
    expect(
      await rows(
        "/posts?select=id,c:comments(id)&c.order=id.desc&c.limit=1&c.body=neq.ok&id=in.(1,3)&order=id",
      ),
    ).toEqual([
      { id: 1, c: [{ id: 2 }] },
      { id: 3, c: [] },
    ]);
    expect((await get("/posts?select=id,c:comments(id)&comments.limit=1")).body).toMatchObject({
      code: "PGRST108",
      hint: "Change 'comments' to 'c' in filters, orders or limits.",
    });
  });

  test("inner joins and null tests choose the parent's rows", async () => {
    expect(await ids("/posts?select=id,comments!inner(id)&order=id")).toEqual([1, 3]);
    expect(await ids("/posts?select=id,users!inner()&users.username=eq.bob")).toEqual([3]);
    expect(await rows("/posts?select=id,users!inner()&users.username=eq.bob")).toEqual([{ id: 3 }]);
    expect(await ids("/posts?select=id,comments()&comments=is.null&order=id")).toEqual([2, 4]);
    expect(await ids("/posts?select=id,users()&users=not.is.null&order=id")).toEqual([1, 2, 3]);
    expect(
      await ids("/posts?select=id,comments(),labels()&or=(comments.not.is.null,labels.is.null)&order=id"),
    ).toEqual([1, 2, 3, 4]);
    expect((await get("/posts?select=id,comments()&comments=eq.1")).body).toMatchObject({ code: "PGRST120" });
    const counted = await get("/posts?select=id,comments!inner(id)&limit=1", { prefer: "count=exact" });
    expect(counted.headers.get("content-range")).toBe("0-0/2");
  });

  test("spread of one and of many", async () => {
    expect(await rows("/posts?id=eq.1&select=id,...users(name:username,age)")).toEqual([
      { id: 1, name: "ada", age: 36 },
    ]);
    expect(await rows("/posts?id=eq.1&select=id,...comments(body)&comments.order=id")).toEqual([
      { id: 1, body: ["nice", "wow"] },
    ]);
    expect(await rows("/posts?id=eq.4&select=id,...users(username),...comments(body)")).toEqual([
      { id: 4, username: null, body: [] },
    ]);
    expect(Object.keys((await rows("/comments?id=eq.1&select=...posts(*)"))[0]!)).toContain("likes_count");
  });

  test("the bare count of an embed", async () => {
    expect(await rows("/posts?select=id,comments(count)&order=id&limit=2")).toEqual([
      { id: 1, comments: [{ count: 2 }] },
      { id: 2, comments: [{ count: 0 }] },
    ]);
  });

  test("a table that refers to itself: its column is the parent, its name the children", async () => {
    expect(await rows("/posts?id=eq.2&select=id,parent_id(title)")).toEqual([
      { id: 2, parent_id: { title: "Engines running" } },
    ]);
    expect(await rows("/posts?id=eq.1&select=replies:posts!parent_id(id)&replies.order=id")).toEqual([
      { replies: [{ id: 2 }, { id: 3 }] },
    ]);
  });

  test("several relationships need a hint, which the error lists", async () => {
    const { status, body } = await get("/users?select=*,follows(*)");
    expect({ status, body }).toMatchObject({ status: 300, body: { code: "PGRST201" } });
    expect(body.hint).toContain("follows!follows_follower_id_fkey");
    expect(await rows(`/users?id=eq.${ADA}&select=follows!follower_id(followed_id)`)).toEqual([
      { follows: [{ followed_id: BOB }] },
    ]);
    expect(
      await rows(`/follows?select=by:follower_id(username),of:follows_followed_id_fkey(username)`),
    ).toEqual([{ by: { username: "ada" }, of: { username: "bob" } }]);
    expect((await get("/posts?select=*,secrets(*)")).body).toMatchObject({ code: "PGRST200" });
  });
});

describe("formats", () => {
  const object = { accept: "application/vnd.pgrst.object+json" };

  test("a single object, or 406", async () => {
    expect((await get("/posts?id=eq.1&select=id", object)).body).toEqual({ id: 1 });
    expect(await get("/posts?id=eq.99", object)).toMatchObject({
      status: 406,
      body: {
        code: "PGRST116",
        details: "The result contains 0 rows",
        message: "Cannot coerce the result to a single JSON object",
      },
    });
    expect((await get("/posts", object)).body).toMatchObject({ details: "The result contains 4 rows" });
  });

  test("stripped nulls, CSV, and what cannot be served", async () => {
    const stripped = { accept: "application/vnd.pgrst.object+json;nulls=stripped" };
    expect((await get("/posts?id=eq.4&select=id,meta,price", stripped)).body).toEqual({ id: 4 });
    const csv = await get("/posts?select=id,title,meta&order=id&id=lt.3", { accept: "text/csv" });
    expect(csv.body).toBe('id,title,meta\n1,"Engines running","{""a"": 1}"\n2,"Notes, (and) more",');
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(await get("/posts", { accept: "image/png" })).toMatchObject({
      status: 406,
      body: { code: "PGRST107" },
    });
  });
});

describe("writes", () => {
  test("insert one, many, with defaults, and only the asked columns", async () => {
    const one = await call(
      "POST",
      "/posts?select=id,title,likes_count",
      { id: 201, title: "New", likes_count: 2 },
      representation,
    );
    expect(one).toMatchObject({ status: 201, body: [{ id: 201, title: "New", likes_count: 2 }] });
    const many = await call(
      "POST",
      "/posts?columns=id,title,likes_count&select=title,likes_count",
      [
        { id: 202, title: "A" },
        { id: 203, title: "B", likes_count: 7, extra: "dropped" },
      ],
      { prefer: "return=representation,missing=default" },
    );
    expect(many.body).toEqual([
      { title: "A", likes_count: 0 },
      { title: "B", likes_count: 7 },
    ]);
    const counted = await call("POST", "/posts", [{ title: "C" }, { title: "D" }], { prefer: "count=exact" });
    expect(counted).toMatchObject({ status: 201, body: "" });
    expect(counted.headers.get("content-range")).toBe("*/2");
    expect(await call("POST", "/posts", [], representation)).toMatchObject({ status: 201, body: [] });
    await call("DELETE", "/posts?id=gt.4");
  });

  test("an insert answers with embedded tables", async () => {
    const { body } = await call(
      "POST",
      "/comments?select=body,posts(title)",
      { post_id: 1, body: "x" },
      representation,
    );
    expect(body).toEqual([{ body: "x", posts: { title: "Engines running" } }]);
    await call("DELETE", "/comments?id=gt.100");
  });

  test("upsert merges or ignores, on the key or on named columns", async () => {
    const merge = { prefer: "resolution=merge-duplicates,return=representation" };
    expect(
      (await call("POST", "/labels", { id: 2, name: "craft" }, { ...merge, ...asService() })).body,
    ).toEqual([{ id: 2, name: "craft" }]);
    const ignore = { prefer: "resolution=ignore-duplicates,return=representation", ...asService() };
    expect(
      (
        await call(
          "POST",
          "/labels",
          [
            { id: 2, name: "no" },
            { id: 3, name: "new" },
          ],
          ignore,
        )
      ).body,
    ).toEqual([{ id: 3, name: "new" }]);
    const named = await call(
      "POST",
      "/users?on_conflict=username&select=id,age",
      { username: "ada", age: 37 },
      merge,
    );
    expect(named.body).toEqual([{ id: ADA, age: 37 }]);
    await database.owner.query(
      "update labels set name = 'art' where id = 2; delete from labels where id = 3; update users set age = 36 where username = 'ada'",
    );
  });

  test("update and delete what the filters say", async () => {
    const updated = await call(
      "PATCH",
      "/posts?id=in.(3,4)&select=id,body&order=id",
      { body: "b" },
      { prefer: "return=representation,count=exact" },
    );
    expect(updated).toMatchObject({
      status: 200,
      body: [
        { id: 3, body: "b" },
        { id: 4, body: "b" },
      ],
    });
    expect(updated.headers.get("content-range")).toBe("0-1/2");
    expect(await call("PATCH", "/posts?id=eq.3", { body: null })).toMatchObject({ status: 204, body: "" });
    expect(await call("PATCH", "/posts?or=(id.eq.1,id.eq.2)", {}, representation)).toMatchObject({
      status: 200,
      body: [],
    });
    await database.owner.query("insert into posts (id, title) values (50, 'x'), (51, 'y')");
    expect(await call("DELETE", "/posts?id=eq.50&select=title", undefined, representation)).toMatchObject({
      status: 200,
      body: [{ title: "x" }],
    });
    expect(
      (await call("DELETE", "/posts?id=eq.51", undefined, { prefer: "count=exact" })).headers.get(
        "content-range",
      ),
    ).toBe("*/1");
  });

  test("what cannot be one object is not written", async () => {
    const headers = { ...representation, accept: "application/vnd.pgrst.object+json" };
    expect((await call("PATCH", "/posts?id=in.(1,2)", { body: "no" }, headers)).status).toBe(406);
    expect(await rows("/posts?id=in.(1,2)&select=body")).toEqual([{ body: null }, { body: null }]);
    const few = { prefer: "handling=strict,max-affected=1" };
    expect((await call("PATCH", "/posts?id=in.(1,2)", { body: "no" }, few)).body).toMatchObject({
      code: "PGRST124",
    });
    expect(await rows("/posts?id=eq.1&select=body")).toEqual([{ body: null }]);
    expect(
      (await call("PATCH", "/posts?id=eq.1", {}, { prefer: "handling=strict,magic=1" })).body,
    ).toMatchObject({ code: "PGRST122" });
  });

  test.each([
    ["POST", "/posts", "{", "PGRST102", 400],
    ["POST", "/posts", "", "PGRST102", 400],
    ["POST", "/posts", "[1]", "PGRST102", 400],
    ["POST", "/posts", '[{"title":"a"},{"body":"b"}]', "PGRST102", 400],
    ["POST", "/posts", '{"nope":1}', "PGRST204", 400],
    ["POST", "/posts?columns=nope", '{"nope":1}', "PGRST204", 400],
    ["POST", "/posts", '{"body":"x"}', "23502", 400],
    ["POST", "/posts", '{"id":1,"title":"x"}', "23505", 409],
    ["POST", "/comments", '{"post_id":9999,"body":"x"}', "23503", 409],
    ["POST", "/nope", '{"id":1}', "PGRST205", 404],
    ["POST", "/secrets", '{"id":2}', "42501", 401],
    ["POST", "/labels", '{"id":9,"name":"x"}', "42501", 401],
    ["PUT", "/posts?id=eq.1", '{"id":1}', "PGRST117", 405],
    ["POST", "/a/b", "{}", "PGRST125", 404],
  ])("%s %s %s is %s", async (method, path, body, code, status) => {
    expect(await call(method, path, body)).toMatchObject({ status, body: { code } });
  });
});

describe("functions", () => {
  test.each([
    ["scalar", "/rpc/add_numbers", { a: 1, b: 2 }, 3],
    ["a default", "/rpc/add_numbers", { a: 1 }, 11],
    ["JSON", "/rpc/echo", { value: { deep: [1, "x"] } }, { deep: [1, "x"] }],
    ["a set of scalars", "/rpc/names", {}, ["ada", "bob", "cyd"]],
    [
      "a table",
      "/rpc/pairs",
      {},
      [
        { n: 1, label: "a" },
        { n: 2, label: "b" },
      ],
    ],
    ["one row", "/rpc/one_post?select=id", { post: 2 }, { id: 2 }],
    ["no body at all", "/rpc/names", undefined, ["ada", "bob", "cyd"]],
    ["the whole body", "/rpc/whole", [1, 2, 3], 3],
    ["variadic", "/rpc/total", { numbers: [1, 2, 3] }, 6],
  ])("POST with %s", async (_what, path, body, expected) => {
    expect(await call("POST", path, body)).toMatchObject({ status: 200, body: expected });
  });

  test("GET takes arguments and filters apart", async () => {
    expect((await get("/rpc/add_numbers?a=1&b=5")).body).toBe(6);
    expect((await get("/rpc/total?numbers=1&numbers=2")).body).toBe(3);
    expect((await get("/rpc/posts_of?name=ada&id=eq.2&select=id,users(username),comments(id)")).body).toEqual(
      [{ id: 2, users: { username: "ada" }, comments: [] }],
    );
    const counted = await get("/rpc/posts_of?name=ada&limit=1&order=id&select=id", { prefer: "count=exact" });
    expect(counted).toMatchObject({ status: 206, body: [{ id: 1 }] });
    expect(counted.headers.get("content-range")).toBe("0-0/2");
    expect((await get("/rpc/pairs?n=gt.1", { accept: "application/vnd.pgrst.object+json" })).body).toEqual({
      n: 2,
      label: "b",
    });
  });

  test("void, headers and status from SQL", async () => {
    expect(await call("POST", "/rpc/do_nothing", {})).toMatchObject({ status: 204, body: "" });
    const answer = await call("POST", "/rpc/with_headers", {});
    expect(answer).toMatchObject({ status: 202, body: 1 });
    expect([answer.headers.get("x-one"), answer.headers.get("x-two")]).toEqual(["1", "2"]);
  });

  test("a GET cannot write", async () => {
    expect(await get("/rpc/touch?post=1")).toMatchObject({ status: 405, body: { code: "25006" } });
    expect((await call("POST", "/rpc/touch", { post: 1 })).body).toBe(6);
    await database.owner.query("update posts set likes_count = 5 where id = 1");
  });

  test.each([
    [
      "/rpc/nope",
      {},
      404,
      {
        code: "PGRST202",
        message: "Could not find the function public.nope without parameters in the schema cache",
      },
    ],
    [
      "/rpc/add_numbers",
      { a: 1, c: 2 },
      404,
      {
        code: "PGRST202",
        message: "Could not find the function public.add_numbers(a, c) in the schema cache",
      },
    ],
    ["/rpc/over", { a: 1 }, 300, { code: "PGRST203" }],
    [
      "/rpc/fail",
      { kind: "raise" },
      400,
      { code: "P0001", message: "plain", hint: "a hint", details: "a detail" },
    ],
    ["/rpc/fail", { kind: "teapot" }, 418, { code: "PT418", message: "short and stout" }],
    ["/rpc/fail", { kind: "custom" }, 402, { code: "X1", message: "mine" }],
    ["/rpc/add_numbers", { a: "x" }, 400, { code: "22P02" }],
  ])("%s %j is refused", async (path, body, status, expected) => {
    expect(await call("POST", path, body)).toMatchObject({ status, body: expected });
  });
});

describe("who asks", () => {
  test("the role and the claims reach SQL, and do not stay on the connection", async () => {
    expect((await get("/rpc/whoami")).body).toEqual({ role: "anon", uid: null, method: "GET" });
    expect((await get("/rpc/whoami", await asUser(ADA))).body).toEqual({
      role: "authenticated",
      uid: ADA,
      method: "GET",
    });
    expect((await call("POST", "/rpc/whoami", {}, asService())).body).toMatchObject({ role: "service_role" });
    expect((await get("/rpc/whoami")).body).toEqual({ role: "anon", uid: null, method: "GET" });
  });

  test("many callers at once see their own rows alone", async () => {
    await database.owner.query(`insert into notes values (1, '${ADA}', 'a'), (2, '${BOB}', 'b')`);
    const asked = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, i) => (await get("/notes?select=id", await asUser(i % 2 ? ADA : BOB))).body,
      ),
    );
    asked.forEach((body, i) => expect(body).toEqual([{ id: i % 2 ? 1 : 2 }]));
    expect((await get("/notes")).body).toEqual([]);
  });

  test("row-level security guards writes; minimal needs no right to read", async () => {
    const ada = await asUser(ADA);
    expect(await call("POST", "/notes", { id: 10, owner: BOB }, ada)).toMatchObject({
      status: 403,
      body: { code: "42501" },
    });
    expect(
      (await call("POST", "/notes", { id: 11, body: "mine" }, { ...ada, prefer: "missing=default" })).status,
    ).toBe(201);
    expect(
      (await call("PATCH", "/notes?id=eq.2", { body: "stolen" }, { ...ada, ...representation })).body,
    ).toEqual([]);
    expect((await call("DELETE", "/notes?id=eq.2", undefined, { ...ada, ...representation })).body).toEqual(
      [],
    );
    await database.owner.query(
      "create table inbox (t text); revoke select on inbox from anon; notify pgrst, 'reload schema'",
    );
    await expect.poll(async () => (await call("POST", "/inbox", { t: "x" })).status).toBe(201);
    expect((await call("POST", "/inbox", { t: "x" }, representation)).body).toMatchObject({ code: "42501" });
  });

  test("refuses tokens that are not this project's, malformed, expired, or of an unknown role", async () => {
    const foreign = await createTokenKit(await createKeys("zyxwvutsrqponmlkjihg")).sign(
      { role: "service_role" },
      60,
    );
    const forged = await new SignJWT({ role: "service_role" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(JSON.stringify(keys.signing.publicJwk)));
    const expired = await createTokenKit(keys, () => Date.now() - 120_000).sign(
      { role: "authenticated" },
      60,
    );
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"role":"service_role"}').toString("base64url")}.`;
    const cases: [string, string][] = [
      [foreign, "PGRST301"],
      [forged, "PGRST301"],
      [none, "PGRST301"],
      ["abc", "PGRST301"],
      [expired, "PGRST303"],
    ];
    for (const [token, code] of cases) {
      const answer = await get("/posts", { authorization: `Bearer ${token}` });
      expect(answer).toMatchObject({ status: 401, body: { code } });
      expect(answer.headers.get("www-authenticate")).toContain("Bearer");
    }
    expect((await get("/posts", await asUser(ADA, { role: "nobody" }))).status).toBe(401);
    expect((await get("/posts", await asUser(ADA, { role: "supabase_admin" }))).body).toMatchObject({
      code: "42501",
    });
  });

  test("the role's own statement_timeout ends a long query", async () => {
    await database.owner.query(`
      alter role anon set statement_timeout = '300ms';
      create function patience() returns text language sql return current_setting('statement_timeout')`);
    await api.reload();
    expect((await call("POST", "/rpc/patience", {})).body).toBe("300ms");
    const answer = await call("POST", "/rpc/sleepy", {});
    expect(answer).toMatchObject({ status: 500, body: { code: "57014" } });
  });
});

describe("life", () => {
  test("new tables appear after `notify pgrst` and after reload()", async () => {
    await database.owner.query("create table fresh (id int); notify pgrst, 'reload schema'");
    await expect.poll(async () => (await get("/fresh")).body).toEqual([]);
    await database.owner.query("create table fresher (id int)");
    await api.reload();
    expect((await get("/fresher")).body).toEqual([]);
  });

  test("lost connections are made again", async () => {
    await database.owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'data-api%'",
    );
    await expect.poll(async () => (await get("/posts?limit=1")).status).toBe(200);
    await database.owner.query("create table after_loss (id int)");
    await expect
      .poll(async () => {
        await database.owner.query("notify pgrst");
        return (await get("/after_loss")).status;
      })
      .toBe(200);
  });

  test("a changed declaration of schemas acts at once", async () => {
    settings = { ...settings, schemas: ["other"] };
    expect((await get("/items")).body).toEqual([{ id: 7 }]);
    expect((await get("/posts")).status).toBe(404);
    expect((await get("/")).body).toMatchObject({ code: "PGRST126" });
  });
});
