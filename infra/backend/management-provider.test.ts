import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serve, type Served } from "../../testing/serve.ts";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is what the engine runs: plain CommonJS
const { handler } = require("./management-provider.js") as { handler(): Provider };

interface Provider {
  create(inputs: object): Promise<{ id: string; outs: object }>;
  read(id: string, props: object): Promise<{ id?: string; props?: object }>;
  update(id: string, olds: object, news: object): Promise<{ outs: object }>;
  delete(id: string, props: object): Promise<void>;
  diff(id: string, olds: object, news: object): Promise<{ changes: boolean; replaces: string[] }>;
}

let server: Served;
let endpoint: string;
/** Every request as `METHOD path body`. */
let requests: string[];
let answer: { status: number; body: unknown };
/** Answers of their own, by `METHOD path`. */
let answers: Record<string, unknown>;

beforeEach(async () => {
  process.env["SUPABASE_ACCESS_TOKEN"] = "sbp_test";
  requests = [];
  answers = {};
  answer = { status: 200, body: {} };
  server = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push([request.method, request.url, body, request.headers.authorization].join(" ").trim());
    const own = answers[`${request.method} ${request.url}`];
    response.writeHead(answer.status).end(JSON.stringify(own ?? answer.body));
  });
  endpoint = server.url;
});
afterEach(async () => {
  delete process.env["SUPABASE_ACCESS_TOKEN"];
  await server.close();
});

const pooler = () => ({
  setting: "pooler",
  endpoint,
  projectRef: "abc",
  poolMode: "transaction",
  poolSize: 15,
});

it("writes the pooler by the names of the Management API", async () => {
  expect((await handler().create(pooler())).id).toBe("abc/config/database/pooler");
  expect(requests).toEqual([
    'PATCH /v1/projects/abc/config/database/pooler {"default_pool_size":15,"pool_mode":"transaction"} Bearer sbp_test',
  ]);
});

it("reads the primary's pooler among others, so that a refresh sees drift", async () => {
  answer.body = [
    { database_type: "READ_REPLICA", default_pool_size: 1, pool_mode: "session" },
    { database_type: "PRIMARY", default_pool_size: 99, pool_mode: "transaction" },
  ];
  const { props } = await handler().read("id", pooler());
  expect(props).toMatchObject({ poolSize: 99, poolMode: "transaction" });
});

it("sets a function's check and reads it back", async () => {
  const inputs = {
    setting: "functionJwtCheck",
    endpoint,
    projectRef: "abc",
    slug: "upload-media",
    verifyJwt: false,
  };
  await handler().create(inputs);
  answer.body = { verify_jwt: true };
  expect((await handler().read("id", inputs)).props).toMatchObject({ verifyJwt: true });
  expect(requests[0]).toContain('PATCH /v1/projects/abc/functions/upload-media {"verify_jwt":false}');
});

it("tells what is gone with its function or its project", async () => {
  answer = { status: 404, body: { message: "not found" } };
  expect(await handler().read("id", pooler())).toEqual({});
  for (const setting of ["functionJwtCheck", "realtime"])
    expect(
      await handler().read("id", { setting, endpoint, projectRef: "abc", slug: "upload-media" }),
    ).toEqual({});
});

it("changes in place, and is replaced with its project", async () => {
  const olds = pooler();
  expect(await handler().diff("id", olds, pooler())).toEqual({ changes: false, replaces: [] });
  expect(await handler().diff("id", olds, { ...olds, poolSize: 20 })).toEqual({
    changes: true,
    replaces: [],
  });
  expect(await handler().diff("id", olds, { ...olds, projectRef: "xyz" })).toEqual({
    changes: true,
    replaces: ["projectRef"],
  });
});

it("says what Supabase answered, never the token", async () => {
  answer = { status: 403, body: { message: "Forbidden resource" } };
  const failure = await handler()
    .create(pooler())
    .catch((error: Error) => error.message);
  expect(failure).toContain("403");
  expect(failure).toContain("Forbidden resource");
  expect(failure).not.toContain("sbp_test");
});

it("names the variable when there is no token", async () => {
  delete process.env["SUPABASE_ACCESS_TOKEN"];
  await expect(handler().create(pooler())).rejects.toThrow("SUPABASE_ACCESS_TOKEN is not set");
});

const about = (setting: string, more: object) => ({ setting, endpoint, projectRef: "abc", ...more });
/** The requests that changed something, without the token. */
const changes = () =>
  requests
    .filter((line) => !line.startsWith("GET"))
    .map((line) => line.replace("Bearer sbp_test", "").trim());

it("sets Realtime's limit and reads it back", async () => {
  await handler().create(about("realtime", { connections: 500 }));
  expect(changes()).toEqual(['PATCH /v1/projects/abc/config/realtime {"max_concurrent_users":500}']);
  answer.body = { max_concurrent_users: 200 };
  const { props } = await handler().read("id", about("realtime", { connections: 500 }));
  expect(props).toMatchObject({ connections: 200 });
});

describe("a disk", () => {
  const disk = (sizeGb: number) => about("disk", { sizeGb });
  beforeEach(() => (answer.body = { attributes: { type: "gp3", size_gb: 20 } }));

  it("is made larger", async () => {
    await handler().create(disk(50));
    expect(changes()).toEqual([
      'POST /v1/projects/abc/config/disk {"attributes":{"type":"gp3","size_gb":50}}',
    ]);
  });

  it("that has grown by itself is left as it is, and is no drift", async () => {
    await handler().create(disk(8));
    await handler().update("id", disk(8), disk(20));
    expect(changes()).toEqual([]);
    expect((await handler().read("id", disk(8))).props).toMatchObject({ sizeGb: 8 });
  });
});

describe("an add-on", () => {
  const recovery = (variant: string) => about("addon", { addonType: "pitr", variant });

  it("is bought, exchanged and given back", async () => {
    await handler().create(recovery("pitr_7"));
    await handler().update("id", recovery("pitr_7"), recovery("pitr_14"));
    await handler().delete("id", recovery("pitr_14"));
    expect(changes()).toEqual([
      'PATCH /v1/projects/abc/billing/addons {"addon_type":"pitr","addon_variant":"pitr_7"}',
      'PATCH /v1/projects/abc/billing/addons {"addon_type":"pitr","addon_variant":"pitr_14"}',
      "DELETE /v1/projects/abc/billing/addons/pitr_14",
    ]);
  });

  it("that is gone is told so", async () => {
    answer.body = { selected_addons: [{ type: "ipv4", variant: { id: "ipv4_default" } }] };
    expect(await handler().read("id", recovery("pitr_7"))).toEqual({});
    answer = { status: 404, body: {} };
    await handler().delete("id", recovery("pitr_7"));
  });
});

describe("a read replica", () => {
  const replica = (region = "us-east-1") => about("readReplica", { region, serving: true });
  const databases = (...regions: string[]) => [
    { database_type: "PRIMARY", identifier: "abc" },
    ...regions.map((region) => ({ database_type: "READ_REPLICA", identifier: `abc-rr-${region}-x1y2z` })),
  ];
  const pooler = "GET /v1/projects/abc/config/database/pooler";

  it("that an interrupted creation has made is found again", async () => {
    answers[pooler] = databases("us-east-1");
    await handler().create(replica());
    expect(changes()).toEqual([]);
  });

  it("is taken away by its name, once", async () => {
    answers[pooler] = databases("eu-west-1", "us-east-1");
    await handler().delete("id", replica());
    answers[pooler] = databases("eu-west-1");
    await handler().delete("id", replica());
    expect(changes()).toEqual([
      'POST /v1/projects/abc/read-replicas/remove {"database_identifier":"abc-rr-us-east-1-x1y2z"}',
    ]);
    expect(await handler().read("id", replica())).toEqual({});
  });

  it("is another one in another region", async () => {
    const { replaces } = await handler().diff("id", replica(), replica("eu-west-1"));
    expect(replaces).toEqual(["region"]);
  });
});
