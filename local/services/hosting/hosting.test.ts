import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serve, type Served } from "../../../testing/serve.ts";
import { Store } from "../../state/store.ts";
import { createFront } from "../front/front.ts";
import { createHosting } from "./hosting.ts";
import { parseSiteConfig } from "./site-config.ts";

const host = "app.lavlay.localhost";
let directory: string;
let server: Served;
let store: Store;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "hosting-"));
  store = new Store(join(directory, "state.json"));
  const files: Record<string, string> = {
    "index.html": "<title>LavLay</title>",
    "assets/app-1.js": "console.log(1)",
    "vercel.json": JSON.stringify({
      rewrites: [{ source: "/((?!assets/).*)", destination: "/index.html" }],
      headers: [
        {
          source: "/assets/(.*)",
          headers: [{ key: "Cache-Control", value: "public, max-age=31536000, immutable" }],
        },
      ],
    }),
  };
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, `sha-${name.replaceAll("/", "-")}`), text);
  store.collection("webDomains").put(host, { urn: "urn:domain", domain: host, projectId: "prj_1" });
  store.collection("deployments").put("dpl_1", {
    urn: "urn:deployment",
    id: "dpl_1",
    projectId: "prj_1",
    production: true,
    url: "lavlay-1.vercel.localhost",
    files: Object.fromEntries(Object.keys(files).map((name) => [name, `sha-${name.replaceAll("/", "-")}`])),
    createdAt: 1,
  });
  const hosting = createHosting({ store, directory });
  server = await serve(createFront({ store, hosting, edge: (_request, response) => response.end("edge") }));
});

afterEach(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  const { port } = server;
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      request(
        { host: "127.0.0.1", port, path, method, headers: { host: `${host}:${port}`, ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      )
        .on("error", reject)
        .end();
    },
  );
}

describe("hosting", () => {
  it("serves a file with the headers that vercel.json gives its path", async () => {
    const answer = await get("/assets/app-1.js");
    expect(answer).toMatchObject({ status: 200, body: "console.log(1)" });
    expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  });

  it("falls back to index.html for a page of the app, revalidated each time", async () => {
    const answer = await get("/posts/42?tab=likes");
    expect(answer).toMatchObject({ status: 200, body: "<title>LavLay</title>" });
    expect(answer.headers["cache-control"]).toBe("public, max-age=0, must-revalidate");
  });

  it("answers 304 to whoever has the file", async () => {
    const { headers } = await get("/");
    expect(await get("/", { "if-none-match": String(headers["etag"]) })).toMatchObject({
      status: 304,
      body: "",
    });
  });

  it("compresses text for whoever takes brotli", async () => {
    const answer = await get("/", { "accept-encoding": "gzip, br" });
    expect(answer.headers).toMatchObject({ "content-encoding": "br", vary: "accept-encoding" });
  });

  it.each([
    ["/%E0%A4%A", "GET", 400],
    ["/vercel.json", "GET", 404],
    ["/assets/app-0.js", "GET", 404],
    ["/", "POST", 405],
  ])("refuses %s by %s with %i", async (path, method, status) => {
    expect((await get(path, {}, method)).status).toBe(status);
  });

  it("never leaves the deployment", async () => {
    expect((await get("/../../etc/passwd")).body).toBe("<title>LavLay</title>");
    expect((await get("/..%2f..%2fetc/passwd")).body).toBe("<title>LavLay</title>");
  });

  it("shows the newest production deployment", async () => {
    const first = store.collection("deployments").get("dpl_1")!;
    store
      .collection("deployments")
      .put("dpl_2", { ...first, id: "dpl_2", files: { "index.html": "sha-vercel.json" }, createdAt: 2 });
    expect((await get("/")).body).toContain("rewrites");
  });

  it("names the hosts that there are when asked for another", async () => {
    const answer = await get("/", { host: "nobody.localhost" });
    expect(answer.status).toBe(530);
    expect(answer.body).toContain(host);
  });
});

describe("vercel.json", () => {
  it("is refused by name for what is not acted on", () => {
    expect(() => parseSiteConfig(`{"cleanUrls": true, "crons": []}`)).toThrow(/cleanUrls.*crons/);
  });
});
