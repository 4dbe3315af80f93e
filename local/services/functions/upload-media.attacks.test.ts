import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { base64url, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { form, MiB, png, startUploads, type Uploads } from "./testing/upload-harness.ts";

/**
 * What an attacker may send to the upload function, and what it answers. The function is the deployed one in real Deno, with
 * a real object store: after each attack that is empty, and neither answer nor log tells of the inside.
 */

let uploads: Uploads;
/** How many attacks of each kind were refused. */
const refused = new Map<string, number>();
beforeAll(async () => {
  uploads = await startUploads();
});
afterAll(async () => {
  await uploads?.close();
  const kinds = [...refused].map(([kind, count]) => `${kind} ${count}`);
  const all = [...refused.values()].reduce((sum, count) => sum + count, 0);
  console.log(`upload-media: ${all} attacks refused, nothing stored (${kinds.join(", ")})`);
});
beforeEach(() => uploads.clear());

interface Refusal {
  status: number;
  code: string;
}
const unauthorized: Refusal = { status: 401, code: "unauthorized" };
const badRequest: Refusal = { status: 400, code: "bad_request" };
const wrongType: Refusal = { status: 415, code: "unsupported_type" };
const tooLarge: Refusal = { status: 413, code: "file_too_large" };
const unknownBucket: Refusal = { status: 400, code: "unknown_bucket" };

async function expectRefused(kind: string, answer: Response, expected: Refusal): Promise<void> {
  const text = await answer.text();
  const body = JSON.parse(text) as Record<string, string>;
  expect({ status: answer.status, code: body["code"] }).toEqual(expected);
  expect(Object.keys(body)).toEqual(["error", "code", "requestId"]);
  expect(text).not.toMatch(/Error\b|JW[TK]|at .*:\d+|undefined|stack/);
  expect(await uploads.isEmpty()).toBe(true);
  const log = uploads.log();
  for (const secret of [uploads.secrets["R2_SECRET_ACCESS_KEY"]!, uploads.token, uploads.project.user]) {
    expect(text + log).not.toContain(secret);
  }
  expect(log).not.toMatch(/"status":5|\n\s+at /);
  refused.set(kind, (refused.get(kind) ?? 0) + 1);
}

describe("who asks", () => {
  const hour = 3600;
  const now = () => Math.floor(Date.now() / 1000);

  it.each<[string, () => JWTPayload]>([
    ["expired", () => ({ exp: now() - 60 })],
    ["expired long ago, and replayed", () => ({ iat: now() - 30 * 24 * hour, exp: now() - 29 * 24 * hour })],
    ["issued too long ago", () => ({ iat: now() - 8 * 24 * hour, exp: now() + hour })],
    ["not yet valid", () => ({ nbf: now() + hour })],
    ["issued in the future", () => ({ iat: now() + hour, exp: now() + 2 * hour })],
    ["without expiry", () => ({ exp: undefined })],
    ["without a time of issue", () => ({ iat: undefined })],
    ["of another issuer", () => ({ iss: "https://other.supabase.co/auth/v1" })],
    ["of an issuer that begins alike", () => ({ iss: `${uploads.project.url}/auth/v1/evil` })],
    ["without issuer", () => ({ iss: undefined })],
    ["for another audience", () => ({ aud: "other" })],
    ["for other audiences", () => ({ aud: ["other", "anon"] })],
    ["without audience", () => ({ aud: undefined })],
    ["of the anon role", () => ({ role: "anon" })],
    ["of the service role", () => ({ role: "service_role" })],
    ["without role", () => ({ role: undefined })],
    ["without user", () => ({ sub: undefined })],
    ["of a user that is a path", () => ({ sub: "../../avatars" })],
    ["of a user with a path behind", () => ({ sub: `${uploads.project.user}/../x` })],
    ["of a user in capitals", () => ({ sub: uploads.project.user.toUpperCase() })],
  ])("a token %s", async (_, changes) => {
    const authorization = `Bearer ${await uploads.project.sign(changes())}`;
    await expectRefused("token", await uploads.post(form(png()), { authorization }), unauthorized);
  });

  const unsigned = (header: object) =>
    `Bearer ${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(uploads.project.claims()))}`;
  const hs256 = async (header: object, key: Uint8Array) =>
    `Bearer ${await new SignJWT(uploads.project.claims()).setProtectedHeader({ alg: "HS256", ...header }).sign(key)}`;

  it.each<[string, () => Promise<string> | string]>([
    ["no token", () => ""],
    ["another scheme", () => `Basic ${uploads.token}`],
    ["no JWT", () => "Bearer not-a-token"],
    ["alg none", () => `${unsigned({ alg: "none" })}.`],
    ["alg NONE with a key id", () => `${unsigned({ alg: "NONE", kid: "key-1" })}.`],
    ["alg none with a signature", () => `${unsigned({ alg: "none" })}.${uploads.token.split(".")[2]}`],
    ["no alg", () => `${unsigned({ kid: "key-1" })}.${uploads.token.split(".")[2]}`],
    ["a stripped signature", () => `Bearer ${uploads.token.split(".").slice(0, 2).join(".")}.`],
    ["five parts", () => `Bearer ${uploads.token}.a.b`],
    [
      "HS256 by the public key's PEM",
      async () =>
        hs256({ kid: "key-1" }, new TextEncoder().encode(await exportSPKI(uploads.project.publicKey))),
    ],
    [
      "HS256 by the published JWK",
      () => hs256({ kid: "key-1" }, new TextEncoder().encode(JSON.stringify(uploads.project.jwk))),
    ],
    ["HS256 by nothing to speak of", () => hs256({}, new TextEncoder().encode("x".repeat(32)))],
    [
      "RS256 under the key's id",
      async () => {
        const { privateKey } = await generateKeyPair("RS256");
        const header = { alg: "RS256", kid: "key-1" };
        return `Bearer ${await new SignJWT(uploads.project.claims()).setProtectedHeader(header).sign(privateKey)}`;
      },
    ],
    [
      "a key that it brings itself",
      async () => {
        const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
        const jwk = (await crypto.subtle.exportKey("jwk", publicKey)) as { kty: string };
        const header = { alg: "ES256", kid: "key-1", jwk, jku: `${uploads.address}/keys` };
        return `Bearer ${await new SignJWT(uploads.project.claims()).setProtectedHeader(header).sign(privateKey)}`;
      },
    ],
    [
      "another project's key",
      async () => `Bearer ${await uploads.project.sign({}, (await generateKeyPair("ES256")).privateKey)}`,
    ],
    ["an unknown key id", async () => `Bearer ${await uploads.project.sign({}, undefined, "key-2")}`],
    [
      "a key id that is a path",
      async () => `Bearer ${await uploads.project.sign({}, undefined, "../../key-1")}`,
    ],
    [
      "a changed payload",
      () => `Bearer ${uploads.token.replace(/\.(.)/, (_, first: string) => `.${first === "e" ? "f" : "e"}`)}`,
    ],
    ["a changed signature", () => `Bearer ${uploads.token.slice(0, -8)}AAAAAAAA`],
    ["a token of 6 kB", () => `Bearer ${"a.".repeat(3000)}`],
  ])("%s", async (_, authorization) => {
    const answer = await uploads.post(form(png()), { authorization: await authorization() });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    await expectRefused("token", answer, unauthorized);
  });

  it("the same, at the other addresses", async () => {
    for (const path of ["/presign", "/complete"]) {
      const answer = await uploads.post("{}", { authorization: `${unsigned({ alg: "none" })}.` }, path);
      await expectRefused("token", answer, unauthorized);
    }
    await expectRefused("address", await uploads.post("{}", {}, "/other"), {
      status: 404,
      code: "not_found",
    });
  });
});

describe("what is sent", () => {
  const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
  const script = "<script>alert(document.domain)</script>";

  it.each([
    ["SVG", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`],
    [
      "SVG with a declaration",
      `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`,
    ],
    ["SVG after blanks", `   \n<svg>${script}</svg>`],
    ["SVG after a byte order mark", `\xef\xbb\xbf<svg>${script}</svg>`],
    ["HTML", `<!doctype html>${script}`],
    ["HTML of 200 kB", `<!doctype html>${"<p>".repeat(70_000)}`],
    ["XHTML", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">${script}</html>`],
    ["a script", "alert(1)"],
    ["a PDF", "%PDF-1.7\n"],
    ["a ZIP", "PK\x03\x04"],
    ["a program", "\x7fELF\x02\x01\x01"],
    ["GIF and page", `GIF89a<html>${script}</html>`],
    ["GIF and script", `GIF89a=1;alert(1)//${"\0".repeat(40)}`],
    ["JPEG and page", `\xff\xd8\xff<html>${script}`],
    ["JPEG and script", "\xff\xd8\xff*/=1;alert(1)"],
    [
      "JPEG whose header is a comment of a script",
      `\xff\xd8\xff\xe0\x2f\x2aJFIF${"\0".repeat(30)}*/=alert(1)`,
    ],
    ["PNG's signature and page", `\x89PNG\r\n\x1a\n<html>${script}`],
    ["WebP and page", `RIFF\x24\0\0\0WEBP<html>${script}`],
    ["WebM and page", `\x1a\x45\xdf\xa3<html>webm${script}`],
    ["MP4 and page", `<htmftypisom${script}`],
    ["an AVIF", `\0\0\0\x18ftypavif\0\0\0\0avifmif1`],
    ["page and PNG", `${script}${Buffer.from(png()).toString("latin1")}`],
  ])("%s in disguise", async (_, content) => {
    const answer = await uploads.post(form(latin1(content)));
    await expectRefused("disguise", answer, wrongType);
  });

  it("an image that carries a page stays an image", async () => {
    for (const tail of [`<html>${script}</html>`, "PK\x05\x06"]) {
      const file = Uint8Array.from([...png(), ...latin1(tail)]);
      const answer = await uploads.post(form(file, { name: "x.html", type: "text/html" }));
      const { url } = (await answer.json()) as { url: string };
      expect(url).toMatch(/\.png$/);
      const stored = await uploads.object(new URL(url).pathname.slice(1));
      expect(stored?.headers["content-type"]).toBe("image/png");
    }
  });

  it("an empty file", async () => {
    await expectRefused("size", await uploads.post(form("")), { status: 400, code: "empty_file" });
  });

  it.each([
    ...["", "other", "Posts", "posts ", "../avatars", "posts/../avatars", "posts/", "/posts", "./posts"],
    ...["posts\\..\\avatars", "posts%2f..%2favatars", "posts\0", "posts\r\nx: y", "pending", "pending/posts"],
    ...["__proto__", "constructor", "toString", "ｐosts", "posts".repeat(10_000)],
  ])("the bucket %j", async (bucket) => {
    for (const fileFirst of [true, false]) {
      await expectRefused("path", await uploads.post(form(png(), { bucket, fileFirst })), unknownBucket);
    }
    await expectRefused("path", await uploads.post(form(png(MiB), { bucket })), unknownBucket);
  });

  it.each([
    "../../x.png",
    "/etc/passwd",
    "..\\x.png",
    "a.png\0.html",
    "x".repeat(3000),
    `"; name="bucket`,
    "é\u202e.png",
  ])("a file named %.30s leaves no trace of its name", async (name) => {
    const answer = await uploads.post(form(png(), { name }));
    expect(answer.status).toBe(200);
    const { url } = (await answer.json()) as { url: string };
    expect(url).toMatch(/\/posts\/[0-9a-f-]{36}\/[0-9a-f-]+\.png$/);
  });
});

/** As Transfer-Encoding: chunked has it. */
function asChunk(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** Sends until the other side closes the connection, or has taken a gigabyte. */
async function sendWithoutEnd(fields: readonly string[], start: Uint8Array) {
  const socket = connect(uploads.port, "127.0.0.1");
  const head = ["POST / HTTP/1.1", "Host: x", `Authorization: Bearer ${uploads.token}`, ...fields];
  const more = asChunk(new Uint8Array(MiB));
  let [answer, sent, answeredAt] = ["", 0, NaN];
  socket.on("data", (bytes) => {
    if (answer === "") answeredAt = performance.now();
    answer += bytes.toString();
  });
  // A reset is one way of being closed.
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(start);
  while (!socket.destroyed && sent < 1024 * MiB) {
    sent += more.length;
    if (!socket.write(more)) await Promise.race([once(socket, "drain").catch(() => {}), closed]);
  }
  socket.destroy();
  await closed;
  return { answer, sent, secondsAfterAnswer: (performance.now() - answeredAt) / 1000 };
}

describe("how it is sent", () => {
  const boundary = "b0undary";
  const type = `multipart/form-data; boundary=${boundary}`;
  const part = (disposition: string, content: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  const image = Buffer.from(png()).toString("latin1");
  const file = part(`name="file"; filename="a"`, image);
  const largeFile = part(`name="file"; filename="a"`, Buffer.from(png(MiB)).toString("latin1"));
  const bucket = part(`name="bucket"`, "posts");
  const end = `--${boundary}--\r\n`;
  const raw = (text: string) => Buffer.from(text, "latin1");

  it.each([
    ["nothing", ""],
    ["no part", end],
    ["no file", bucket + end],
    ["no bucket", file + end],
    ["a file that is text", part(`name="file"`, "x") + bucket + end],
    ["two files", file + file + bucket + end],
    ["two files after the bucket", bucket + file + file + end],
    ["two buckets", file + bucket + bucket + end],
    ["two buckets around the file", bucket + file + bucket + end],
    ["many parts", file + bucket + part(`name="x"`, "").repeat(20) + end],
    ["10,000 parts", bucket + part(`name="x"`, "").repeat(10_000) + file + end],
    ["10,000 parts after the file", bucket + file + part(`name="x"`, "").repeat(10_000) + end],
    ["no end", file + bucket],
    ["no end after the file", bucket + file],
    ["half an end", `${bucket}${file}--${boundary}-`],
    ["an end in the file", file.slice(0, 120)],
    ["an end in a large file", bucket + largeFile.slice(0, MiB / 2)],
    ["no end after a large file", bucket + largeFile],
    ["more after its end", `${bucket}${file}${end}${file}`],
    ["more after the end of a large file", `${bucket}${largeFile}${end}${file}`],
    ["no start", "x".repeat(100)],
    ["something before its start", `x\r\n${bucket}${file}${end}`],
    ["another boundary inside", (bucket + file + end).replaceAll(boundary, "other")],
    ["headers without end", `--${boundary}\r\n${"x".repeat(9_000)}`],
    ["a part without header", `--${boundary}\r\n\r\n\r\nx\r\n${end}`],
    ["a part of no disposition", `--${boundary}\r\nContent-Type: image/png\r\n\r\nx\r\n${end}`],
    [
      "a part of two dispositions",
      `--${boundary}\r\nContent-Disposition: form-data; name="bucket"\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n${end}`,
    ],
    ["a part of two names", part(`name="bucket"; name="file"; filename="a"`, "x") + end],
    ["a part of no name", part(`filename="a"`, "x") + end],
    ["a part that is an attachment", (bucket + file + end).replaceAll("form-data;", "attachment;")],
    ["bare line feeds", (bucket + file + end).replaceAll("\r\n", "\n")],
    [
      "headers that are no text",
      `--${boundary}\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\nx\r\n${end}`,
    ],
    ["a size that is none", part(`name="size"`, "-1") + bucket + file + end],
  ])("a form with %s", async (_, text) => {
    await expectRefused("form", await uploads.post(raw(text), { "content-type": type }), badRequest);
  });

  it("the same form is accepted when it is whole", async () => {
    const answer = await uploads.post(raw(file + bucket + end), { "content-type": type });
    expect(answer.status).toBe(200);
  });

  it.each([
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/mixed; boundary=b0undary",
    `multipart/form-data; boundary=${"x".repeat(71)}`,
    `multipart/form-data; boundary=${"x".repeat(252)}`,
    `multipart/form-data; boundary="a<b"`,
  ])("the content type %.60s", async (contentType) => {
    const answer = await uploads.post(raw(bucket + file + end), { "content-type": contentType });
    await expectRefused("form", answer, badRequest);
  });

  it("a declared length of 100 MB, which is not waited for", async () => {
    const answer = await new Promise<Response>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${uploads.token}`,
        "content-type": type,
        "content-length": String(100 * MiB),
      };
      const request = httpRequest(uploads.address, { method: "POST", headers }, async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        request.destroy();
        resolve(new Response(text, { status: response.statusCode! }));
      });
      request.on("error", reject);
      request.write(file);
    });
    await expectRefused("length", answer, tooLarge);
  });

  it.each([
    ["a file", [bucket, file.slice(0, -2)], tooLarge],
    [
      "a file of no type",
      [bucket, part(`name="file"; filename="a"`, "x".repeat(2000)).slice(0, -2)],
      wrongType,
    ],
    ["a file before its bucket", [file.slice(0, -2)], { status: 411, code: "length_required" }],
    ["a field", [part(`name="bucket"`, "posts").slice(0, -2)], tooLarge],
    ["parts", [bucket, part(`name="x"`, "").repeat(20)], badRequest],
    ["a header", [bucket, `--${boundary}\r\n`], badRequest],
  ])("%s without end", async (_, start, expected) => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = sent === 0 ? raw(start.join("")) : new Uint8Array(MiB);
        sent += chunk.length;
        if (sent > 200 * MiB) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const init = {
      method: "POST",
      body: endless,
      duplex: "half",
      headers: { authorization: `Bearer ${uploads.token}`, "content-type": type },
    };
    const request = new Request(`${uploads.address}/functions/v1/upload-media`, init as RequestInit);
    await expectRefused("endless", await uploads.functions.fetch(request, "upload-media"), expected);
  });

  // Deno's own server takes what is sent for as long as it comes: it is the server in front, as on the platform, that ends it.
  it.each<[string, string, Uint8Array, number]>([
    ["of unknown length", "Transfer-Encoding: chunked", asChunk(raw(bucket + file.slice(0, -2))), 413],
    ["of no form", "Transfer-Encoding: chunked", asChunk(raw("no form")), 400],
    ["of a declared length", `Content-Length: ${1e12}`, raw(bucket + file.slice(0, -2)), 413],
  ])("a sender without end, %s, is cut off soon after the refusal", async (_, length, start, status) => {
    const { answer, sent, secondsAfterAnswer } = await sendWithoutEnd(
      [`Content-Type: ${type}`, length],
      start,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    // What the function looks at, what the server in front lets pass (64 MiB), and what lies in buffers.
    expect(sent).toBeLessThan(128 * MiB);
    expect(secondsAfterAnswer).toBeLessThan(5);
    expect(await uploads.isEmpty()).toBe(true);
  });
});

describe("pages of other sites", () => {
  const origin = "https://app.lavlay.example";
  const preflight = (from: string) =>
    fetch(uploads.address, {
      method: "OPTIONS",
      headers: { origin: from, "access-control-request-method": "POST" },
    });

  it("get no answer to a preflight, and none gets a wildcard", async () => {
    const allowed = await preflight(origin);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": expect.stringContaining("idempotency-key"),
      vary: "Origin",
    });
    for (const from of [
      ...[
        "https://evil.example",
        "null",
        `${origin}.evil.example`,
        "http://app.lavlay.example",
        `${origin}:444`,
      ],
    ]) {
      const answer = await preflight(from);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.get("vary")).toBe("Origin");
      await expectRefused("origin", answer, { status: 403, code: "origin_not_allowed" });
    }
  });

  it("cannot upload", async () => {
    const answer = await uploads.post(form(png()), { origin: "https://evil.example" });
    await expectRefused("origin", answer, { status: 403, code: "origin_not_allowed" });
  });

  it("find no other method", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const answer = await fetch(uploads.address, { method });
      expect(answer.headers.get("allow")).toBe("POST, OPTIONS");
      await expectRefused("method", answer, { status: 405, code: "method_not_allowed" });
    }
  });
});
