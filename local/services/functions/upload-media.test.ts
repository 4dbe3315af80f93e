import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { serve } from "@hono/node-server";
import { createClient } from "@supabase/supabase-js";
import { base64url, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleFunction } from "../../../infra/backend/bundle.ts";
import { Store } from "../../state/store.ts";
import { startProject, startR2 } from "./fake-cloud.ts";
import { createFunctions, type Functions } from "./functions.ts";

/** The function as it is deployed, in real Deno, behind a real HTTP server. */

const MiB = 1024 * 1024;
const origin = "https://app.lavlay.example";
const png = (size = 64) => {
  const file = new Uint8Array(size);
  file.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  return file;
};

let folder: string;
let store: Store;
let functions: Functions;
let front: ReturnType<typeof serve>;
let address: string;
let project: Awaited<ReturnType<typeof startProject>>;
let r2: Awaited<ReturnType<typeof startR2>>;
let token: string;
let secrets: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "upload-"));
  [project, r2] = await Promise.all([startProject(), startR2("key-id", "key-secret")]);
  store = new Store(join(folder, "state.json"));
  const root = resolve(import.meta.dirname, "../../..");
  const { entrypoint, sha256 } = bundleFunction({ slug: "upload-media", root });
  const directory = join(folder, "functions");
  mkdirSync(join(directory, "upload-media"), { recursive: true });
  copyFileSync(join(root, entrypoint), join(directory, "upload-media", `${sha256}.js`));
  const common = {
    urn: "f",
    projectRef: "ref",
    slug: "upload-media",
    name: "upload-media",
    createdAt: 0,
    updatedAt: 0,
  };
  store.collection("edgeFunctions").put("f", { ...common, checksum: sha256, verifyJwt: false, version: 1 });
  secrets = {
    R2_ACCOUNT_ID: "account",
    R2_ACCESS_KEY_ID: "key-id",
    R2_SECRET_ACCESS_KEY: "key-secret",
    R2_BUCKET_NAME: "media",
    R2_PUBLIC_URL: "https://media.lavlay.example/",
    R2_ENDPOINT: r2.url,
    ALLOWED_ORIGINS: `${origin}, http://127.0.0.1:4700`,
  };
  setSecrets(secrets);
  functions = createFunctions({ directory, store, environment: () => ({ SUPABASE_URL: project.url }) });
  await new Promise<void>((ready) => {
    const fetch = (request: Request) => functions.fetch(request, "upload-media");
    front = serve({ fetch, port: 0, hostname: "127.0.0.1", createServer }, () => ready());
  });
  address = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  token = await project.sign();
});
afterAll(async () => {
  for (const server of [front, project.server, r2.server]) server.close();
  await functions.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  setSecrets(secrets);
  r2.objects.clear();
});

function setSecrets(all: Record<string, string>): void {
  store.collection("functionSecrets").put("ref", { urn: "s", projectRef: "ref", secrets: all });
}

function form(
  file: Uint8Array<ArrayBuffer> | string,
  bucket = "posts",
  name = "a.png",
  type = "image/png",
): FormData {
  const data = new FormData();
  data.append("file", new File([file], name, { type }));
  data.append("bucket", bucket);
  return data;
}

const upload = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  fetch(`${address}/functions/v1/upload-media`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
type BodyInit = NonNullable<ConstructorParameters<typeof Response>[0]>;

/** Nothing was stored, and the answer is a coded refusal that says nothing of the inside. */
async function expectRefusal(answer: Response, status: number, code: string): Promise<void> {
  const body = (await answer.json()) as Record<string, string>;
  expect({ status: answer.status, code: body["code"] }).toEqual({ status, code });
  expect(Object.keys(body)).toEqual(["error", "code", "requestId"]);
  expect(body["requestId"]).toBe(answer.headers.get("x-request-id"));
  expect(body["error"]).not.toMatch(/Error|JW[TK]|secret|at .*:\d+|undefined/);
  expect(r2.objects.size).toBe(0);
}

describe("upload-media", () => {
  it("stores a file under a key of its own and answers with its address", async () => {
    const answer = await upload(form(png()), { origin, "x-request-id": "request-0001" });
    expect(answer.status).toBe(200);
    const { url } = (await answer.json()) as { url: string };
    const key = new RegExp(
      `^https://media\\.lavlay\\.example/(posts/${project.user}/\\d{13}-[0-9a-f-]{36}\\.png)$`,
    ).exec(url)?.[1];
    expect(key).toBeDefined();
    const stored = r2.objects.get(`/media/${key}`)!;
    expect(stored.body.equals(png())).toBe(true);
    expect(stored.headers).toMatchObject({
      "content-type": "image/png",
      "content-length": "64",
      "cache-control": "public, max-age=31536000, immutable",
    });
    expect(answer.headers.get("x-request-id")).toBe("request-0001");
    expect(answer.headers.get("server-timing")).toMatch(
      /^auth;dur=[\d.]+, read;dur=[\d.]+, store;dur=[\d.]+, total;dur=/,
    );
    expect([answer.headers.get("access-control-allow-origin"), answer.headers.get("vary")]).toEqual([
      origin,
      "Origin",
    ]);
  });

  it("serves supabase-js, with the bucket before the file as well", async () => {
    const client = createClient(address, "anon-key", { accessToken: async () => token });
    const data = new FormData();
    data.append("bucket", "covers");
    data.append("file", new Blob([png(10 * MiB)]));
    const { data: stored, error } = await client.functions.invoke("upload-media", { body: data });
    expect(error).toBeNull();
    expect(stored).toEqual({ url: expect.stringMatching(/\/covers\/.*\.png$/) });
  });

  it("writes one line of JSON a request, without personal data", async () => {
    await upload(form(png(), "posts", "my-holiday.png"));
    const log = readFileSync(join(folder, "log", "functions", "upload-media.log"), "utf8");
    const line = log.trim().split("\n").at(-1)!;
    const entry = JSON.parse(line.slice(line.indexOf("{")));
    expect(entry).toMatchObject({
      event: "upload-media",
      status: 200,
      bucket: "posts",
      type: "image/png",
      bytes: 64,
    });
    for (const personal of [project.user, "my-holiday", token]) expect(log).not.toContain(personal);
  });

  describe("whose upload it is", () => {
    const hour = 3600;
    const now = () => Math.floor(Date.now() / 1000);
    it.each<[string, () => JWTPayload]>([
      ["expired", () => ({ exp: now() - 60 })],
      ["not yet valid", () => ({ nbf: now() + hour })],
      ["issued in the future", () => ({ iat: now() + hour, exp: now() + 2 * hour })],
      ["without expiry", () => ({ exp: undefined })],
      ["of another issuer", () => ({ iss: "https://other.supabase.co/auth/v1" })],
      ["for another audience", () => ({ aud: "other" })],
      ["of the anon role", () => ({ role: "anon" })],
      ["of the service role", () => ({ role: "service_role" })],
      ["without role", () => ({ role: undefined })],
      ["without user", () => ({ sub: undefined })],
      ["of a user that is a path", () => ({ sub: "../../avatars" })],
    ])("refuses a token %s", async (_, changes) => {
      await expectRefusal(
        await upload(form(png()), { authorization: `Bearer ${await project.sign(changes())}` }),
        401,
        "unauthorized",
      );
    });

    it.each<[string, () => Promise<string> | string]>([
      ["no token", () => ""],
      ["another scheme", () => `Basic ${token}`],
      ["no JWT", () => "Bearer not-a-token"],
      [
        "alg none",
        () =>
          `Bearer ${base64url.encode(`{"alg":"none"}`)}.${base64url.encode(JSON.stringify(project.claims()))}.`,
      ],
      [
        "HS256 by the public key",
        async () => {
          const spki = new TextEncoder().encode(await exportSPKI(project.publicKey));
          const signed = new SignJWT(project.claims()).setProtectedHeader({ alg: "HS256", kid: "key-1" });
          return `Bearer ${await signed.sign(spki)}`;
        },
      ],
      [
        "another project's key",
        async () => `Bearer ${await project.sign({}, (await generateKeyPair("ES256")).privateKey)}`,
      ],
      ["an unknown key id", async () => `Bearer ${await project.sign({}, undefined, "key-2")}`],
      [
        "a changed payload",
        () => `Bearer ${token.replace(/\.(.)/, (_, first: string) => `.${first === "e" ? "f" : "e"}`)}`,
      ],
      ["a changed signature", () => `Bearer ${token.slice(0, -8)}AAAAAAAA`],
    ])("refuses %s", async (_, authorization) => {
      const answer = await upload(form(png()), { authorization: await authorization() });
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      await expectRefusal(answer, 401, "unauthorized");
    });
  });

  describe("what is uploaded", () => {
    it("takes the type from the bytes, whatever the client says", async () => {
      const answer = await upload(form(png(), "posts", "../../x.html", "text/html"));
      expect(((await answer.json()) as { url: string }).url).toMatch(/\.png$/);
      const [stored] = r2.objects.values();
      expect(stored!.headers["content-type"]).toBe("image/png");
    });

    it.each([
      ["SVG", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`],
      ["HTML", "<!doctype html><script>alert(1)</script>"],
      ["a GIF that is a page", "GIF89a<html><script>alert(1)</script></html>"],
      ["text", "hello"],
    ])("refuses %s in disguise", async (_, content) => {
      await expectRefusal(await upload(form(content)), 415, "unsupported_type");
    });

    it("refuses an empty file", async () => {
      await expectRefusal(await upload(form("")), 400, "empty_file");
    });

    it.each([
      "",
      "other",
      "Posts",
      "../avatars",
      "posts/../avatars",
      "posts\0",
      "__proto__",
      "posts".repeat(10_000),
    ])("refuses the bucket %j", async (bucket) => {
      await expectRefusal(await upload(form(png(), bucket)), 400, "unknown_bucket");
    });

    it("has the size limits of the table, to the byte", async () => {
      expect((await upload(form(png(5 * MiB)))).status).toBe(200);
      r2.objects.clear();
      await expectRefusal(await upload(form(png(5 * MiB + 1))), 413, "file_too_large");
      await expectRefusal(await upload(form(png(10 * MiB + 1), "covers")), 413, "file_too_large");
    });
  });

  describe("broken and hostile requests", () => {
    const boundary = "b0undary";
    const type = `multipart/form-data; boundary=${boundary}`;
    const part = (disposition: string, content: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
    const filePart = part(`name="file"; filename="a"`, Buffer.from(png()).toString("latin1"));
    const bucketPart = part(`name="bucket"`, "posts");
    const end = `--${boundary}--\r\n`;
    const raw = (text: string) => Buffer.from(text, "latin1");

    it.each([
      ["nothing", ""],
      ["no part", end],
      ["no file", bucketPart + end],
      ["no bucket", filePart + end],
      ["a file that is text", part(`name="file"`, "x") + bucketPart + end],
      ["two files", filePart + filePart + bucketPart + end],
      ["two buckets", filePart + bucketPart + bucketPart + end],
      ["too many parts", filePart + bucketPart + part(`name="x"`, "").repeat(20) + end],
      ["no end", filePart + bucketPart],
      ["an end in the file", filePart.slice(0, 120)],
      ["no start", "x".repeat(100)],
      ["headers without end", `--${boundary}\r\n${"x".repeat(9_000)}`],
      [
        "headers that are no text",
        `--${boundary}\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\nx\r\n${end}`,
      ],
    ])("refuses a form with %s", async (_, text) => {
      await expectRefusal(await upload(raw(text), { "content-type": type }), 400, "bad_request");
    });

    it("accepts the same form when it is whole", async () => {
      expect((await upload(raw(filePart + bucketPart + end), { "content-type": type })).status).toBe(200);
    });

    // With 252 characters the parser's search would never end.
    it.each([
      "application/json",
      "multipart/form-data",
      "multipart/mixed; boundary=x",
      `multipart/form-data; boundary=${"x".repeat(252)}`,
    ])("refuses the content type %.60s", async (contentType) => {
      await expectRefusal(
        await upload(raw(filePart + bucketPart + end), { "content-type": contentType }),
        400,
        "bad_request",
      );
    });

    it("refuses by the declared length without waiting for it", async () => {
      const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
        const headers = {
          authorization: `Bearer ${token}`,
          "content-type": type,
          "content-length": String(100 * MiB),
        };
        const request = httpRequest(address, { method: "POST", headers }, async (response) => {
          let text = "";
          for await (const chunk of response) text += chunk;
          request.destroy();
          resolve({ status: response.statusCode!, text });
        });
        request.on("error", reject);
        request.write(filePart);
      });
      expect(answer.status).toBe(413);
      expect(answer.text).toContain("file_too_large");
    });

    it("stops reading a body of no declared length once it is too long", async () => {
      let sent = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += MiB;
          if (sent > 200 * MiB) controller.close();
          else controller.enqueue(sent === MiB ? raw(`--${boundary}\r\n`) : new Uint8Array(MiB));
        },
      });
      const init = {
        method: "POST",
        body: endless,
        duplex: "half",
        headers: { authorization: `Bearer ${token}`, "content-type": type },
      };
      const answer = await functions.fetch(
        new Request("http://127.0.0.1/functions/v1/upload-media", init as RequestInit),
        "upload-media",
      );
      await expectRefusal(answer, 413, "file_too_large");
      expect(sent).toBeLessThan(100 * MiB);
    });

    it("stores nothing of a body that is shorter than declared, and goes on", async () => {
      const body = raw(filePart + bucketPart + end);
      const socket = connect((front.address() as AddressInfo).port, "127.0.0.1");
      const head = ["POST / HTTP/1.1", "Host: x", `Authorization: Bearer ${token}`, `Content-Type: ${type}`];
      socket.write(`${[...head, `Content-Length: ${body.length + 10}`].join("\r\n")}\r\n\r\n`);
      socket.write(body, () => socket.end());
      await new Promise((closed) => socket.once("close", closed).resume());
      expect(r2.objects.size).toBe(0);
      expect((await upload(form(png()))).status).toBe(200);
    });
  });

  describe("pages of other sites", () => {
    const preflight = (from: string) =>
      fetch(address, {
        method: "OPTIONS",
        headers: { origin: from, "access-control-request-method": "POST" },
      });

    it("answers a preflight for configured origins alone, and never with a wildcard", async () => {
      const allowed = await preflight(origin);
      expect(allowed.status).toBe(204);
      expect(Object.fromEntries(allowed.headers)).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": expect.stringContaining("authorization"),
        vary: "Origin",
      });
      for (const from of [
        "https://evil.example",
        "null",
        `${origin}.evil.example`,
        "http://app.lavlay.example",
      ]) {
        const refused = await preflight(from);
        expect(refused.headers.get("access-control-allow-origin")).toBeNull();
        expect(refused.headers.get("vary")).toBe("Origin");
        await expectRefusal(refused, 403, "origin_not_allowed");
      }
    });

    it("refuses their uploads too", async () => {
      await expectRefusal(
        await upload(form(png()), { origin: "https://evil.example" }),
        403,
        "origin_not_allowed",
      );
    });

    it("refuses other methods", async () => {
      const answer = await fetch(address);
      expect(answer.headers.get("allow")).toBe("POST, OPTIONS");
      await expectRefusal(answer, 405, "method_not_allowed");
    });
  });

  describe("when something else fails", () => {
    it("tries again when storage is busy, and says so when it stays so", async () => {
      r2.state.failures = 1;
      expect((await upload(form(png()))).status).toBe(200);
      r2.objects.clear();
      r2.state.failures = 3;
      await expectRefusal(await upload(form(png())), 502, "storage_failed");
    });

    it("does not leak what storage says about wrong credentials", async () => {
      setSecrets({ ...secrets, R2_SECRET_ACCESS_KEY: "wrong" });
      await expectRefusal(await upload(form(png())), 502, "storage_failed");
    });

    it("does not blame the user when the project's keys cannot be had", async () => {
      setSecrets({ ...secrets, NEW_PROCESS: "1" });
      project.state.jwksStatus = 500;
      await expectRefusal(await upload(form(png())), 503, "auth_unavailable").finally(
        () => (project.state.jwksStatus = 200),
      );
    });

    it.each([
      ["R2_BUCKET_NAME", ""],
      ["R2_PUBLIC_URL", "media"],
      ["ALLOWED_ORIGINS", "*"],
      ["ALLOWED_ORIGINS", "https://app.lavlay.example/"],
    ])("answers 500 when %s is %j, and names it in the log alone", async (name, value) => {
      setSecrets({ ...secrets, [name]: value });
      const answer = await upload(form(png()));
      expect(answer.status).toBe(500);
      const text = await answer.text();
      expect(text).toContain(`"misconfigured"`);
      expect(text).not.toContain(name);
      const log = readFileSync(join(folder, "log", "functions", "upload-media.log"), "utf8");
      expect(log.slice(log.lastIndexOf("misconfigured"))).toContain(name);
    });
  });
});
