import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is what the engine runs: plain CommonJS
const { handler } = require("./management-provider.js") as { handler(): Provider };

interface Provider {
  create(inputs: object): Promise<{ id: string; outs: object }>;
  read(id: string, props: object): Promise<{ props: object }>;
  diff(id: string, olds: object, news: object): Promise<{ changes: boolean; replaces: string[] }>;
}

let server: Server;
let endpoint: string;
/** Every request as `METHOD path body`. */
let requests: string[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  process.env["SUPABASE_ACCESS_TOKEN"] = "sbp_test";
  requests = [];
  answer = { status: 200, body: {} };
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push([request.method, request.url, body, request.headers.authorization].join(" ").trim());
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => {
  delete process.env["SUPABASE_ACCESS_TOKEN"];
  server.close();
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
