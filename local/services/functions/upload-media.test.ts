import { connect } from "node:net";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { form, MiB, png, startUploads, type Uploads } from "./testing/upload-harness.ts";

/** What the function does when all is well or something else fails; what it refuses stands in the table of attacks. */

const origin = "https://app.lavlay.example";

let uploads: Uploads;
beforeAll(async () => {
  uploads = await startUploads();
});
afterAll(() => uploads?.close());
beforeEach(async () => {
  uploads.setSecrets();
  Object.assign(uploads.storage, { failures: 0, failing: undefined });
  uploads.storage.requests.length = 0;
  Object.assign(uploads.project.state, { jwksStatus: 200, slot: 0, slotsAsked: [] });
  await uploads.clear();
});

const key = (folder: string, extension = "png") =>
  new RegExp(
    `^https://media\\.lavlay\\.example/(${folder}/${uploads.project.user}/[0-9a-f-]+\\.${extension})$`,
  );

/** What is stored where the answer says. */
async function storedBy(answer: Response) {
  expect(answer.status).toBe(200);
  const { url } = (await answer.clone().json()) as { url: string };
  return uploads.object(new URL(url).pathname.slice(1));
}

/** Nothing was stored, and the answer is a coded refusal that says nothing of the inside. */
async function expectRefusal(answer: Response, status: number, code: string): Promise<void> {
  const body = (await answer.json()) as Record<string, string>;
  expect({ status: answer.status, code: body["code"] }).toEqual({ status, code });
  expect(Object.keys(body)).toEqual(["error", "code", "requestId"]);
  expect(body["requestId"]).toBe(answer.headers.get("x-request-id"));
  expect(body["error"]).not.toMatch(/Error|JW[TK]|secret|at .*:\d+|undefined/);
}

/** A form with its file of no declared length, as a stream. */
function streamed(data: FormData): { body: ReadableStream; type: string } {
  const response = new Response(data);
  return { body: response.body!, type: response.headers.get("content-type")! };
}
const postStreamed = (data: FormData, headers: Record<string, string> = {}) => {
  const { body, type } = streamed(data);
  const init = {
    method: "POST",
    body,
    duplex: "half",
    headers: { authorization: `Bearer ${uploads.token}`, "content-type": type, ...headers },
  };
  return fetch(uploads.address, init as RequestInit);
};

describe("upload-media", () => {
  it("stores a file under a key of its own and answers with its address and size", async () => {
    const answer = await uploads.post(form(png()), { origin, "x-request-id": "request-0001" });
    const stored = await storedBy(answer);
    expect(await answer.json()).toEqual({
      url: expect.stringMatching(key("posts")),
      width: 640,
      height: 480,
    });
    expect(stored?.body.equals(png())).toBe(true);
    expect(stored?.headers).toMatchObject({
      "content-type": "image/png",
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

  it.each([33, MiB / 4 - 1, MiB / 4, MiB / 4 + 1, MiB, 5 * MiB])(
    "stores %i bytes as they were sent, with their length known and unknown",
    async (size) => {
      for (const send of [(data: FormData) => uploads.post(data), postStreamed]) {
        const stored = await storedBy(await send(form(png(size))));
        expect(stored?.body.equals(png(size))).toBe(true);
      }
    },
  );

  it("stores 10 MB in one request, or in parts when nobody says how long the file is", async () => {
    const file = png(10 * MiB);
    const one = await storedBy(await uploads.post(form(file, { bucket: "covers" })));
    expect(one?.body.equals(file)).toBe(true);
    expect(uploads.storage.requests.map((line) => line.split(" ")[0])).toEqual(["PUT"]);
    const parts = await storedBy(await postStreamed(form(file, { bucket: "covers" })));
    expect(parts?.body.equals(file)).toBe(true);
    expect(parts?.etag).toMatch(/-2"$/);
  });

  it("keeps apart what flows at the same moment", async () => {
    const files = Array.from({ length: 8 }, (_, n) => png(2 * MiB + n * 10_007));
    const answers = await Promise.all(files.map((file) => uploads.post(form(file))));
    for (const [n, answer] of answers.entries()) {
      expect((await storedBy(answer))?.body.equals(files[n]!)).toBe(true);
    }
  });

  it("serves supabase-js", async () => {
    const client = createClient(uploads.address, "anon-key", { accessToken: async () => uploads.token });
    const { data: stored, error } = await client.functions.invoke("upload-media", {
      body: form(png(MiB), { bucket: "covers" }),
    });
    expect(error).toBeNull();
    expect(stored).toMatchObject({ url: expect.stringMatching(key("covers")) });
  });

  it("takes the type from the bytes, whatever the client says", async () => {
    const answer = await uploads.post(form(png(), { name: "../../x.html", type: "text/html" }));
    expect((await storedBy(answer))?.headers["content-type"]).toBe("image/png");
    expect(await answer.json()).toMatchObject({ url: expect.stringMatching(key("posts")) });
  });

  it("writes one line of JSON a request, without personal data", async () => {
    await uploads.post(form(png(), { name: "my-holiday.png" }));
    const log = uploads.log();
    const line = log.trim().split("\n").at(-1)!;
    const entry = JSON.parse(line.slice(line.indexOf("{")));
    expect(entry).toMatchObject({
      event: "upload-media",
      status: 200,
      bucket: "posts",
      type: "image/png",
      bytes: 64,
    });
    for (const personal of [uploads.project.user, "my-holiday", uploads.token])
      expect(log).not.toContain(personal);
  });

  it("has the size limits of the table, to the byte", async () => {
    expect((await uploads.post(form(png(5 * MiB)))).status).toBe(200);
    await uploads.clear();
    for (const send of [(data: FormData) => uploads.post(data), postStreamed]) {
      await expectRefusal(await send(form(png(5 * MiB + 1))), 413, "file_too_large");
      await expectRefusal(await send(form(png(10 * MiB + 1), { bucket: "covers" })), 413, "file_too_large");
    }
    expect(await uploads.isEmpty()).toBe(true);
  });

  describe("a form in another order, or of another make", () => {
    const boundary = "b0undary";
    const type = `multipart/form-data; boundary=${boundary}`;
    const part = (disposition: string, content: Uint8Array | string) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from("\r\n"),
    ];
    const file = (size: number) => part(`name="file"; filename="a"`, png(size));
    const bucket = part(`name="bucket"`, "posts");
    const end = Buffer.from(`--${boundary}--`);
    const send = (...pieces: Uint8Array[]) => uploads.post(Buffer.concat(pieces), { "content-type": type });

    it("may begin with the file, if that is no larger than most buckets allow", async () => {
      const answer = await uploads.post(form(png(5 * MiB), { fileFirst: true }));
      expect((await storedBy(answer))?.body.equals(png(5 * MiB))).toBe(true);
      await uploads.clear();
      const larger = await uploads.post(form(png(5 * MiB + 1), { bucket: "covers", fileFirst: true }));
      await expectRefusal(larger, 411, "length_required");
      expect(await uploads.isEmpty()).toBe(true);
    });

    it("may say the file's size, and then end as it likes", async () => {
      const size = part(`name="size"`, String(MiB));
      const more = part(`name="more"`, "x");
      for (const pieces of [
        [...file(MiB), end],
        [...file(MiB), ...more, end],
      ]) {
        const stored = await storedBy(await send(...bucket, ...size, ...pieces));
        expect(stored?.body.equals(png(MiB))).toBe(true);
      }
    });

    it("is refused when its length turns out to be another, and nothing is stored", async () => {
      const more = part(`name="more"`, "x");
      expect((await uploads.post(form(png(MiB)))).status).toBe(200);
      await uploads.clear();
      uploads.storage.requests.length = 0;
      await expectRefusal(await send(...bucket, ...file(MiB), end), 411, "length_required");
      await expectRefusal(await send(...bucket, ...file(MiB), ...more, end), 411, "length_required");
      for (const wrong of [MiB - 1, MiB + 1]) {
        const size = part(`name="size"`, String(wrong));
        await expectRefusal(await send(...bucket, ...size, ...file(MiB), end), 411, "length_required");
      }
      expect(await uploads.isEmpty()).toBe(true);
      // Once each, though over connections that were used before, and none of them is left half sent.
      expect(uploads.storage.requests).toHaveLength(4);
      await expect.poll(() => uploads.storage.unanswered()).toBe(0);
      // A small file is held whole.
      expect((await send(...bucket, ...file(1000), ...more, end)).status).toBe(200);
    });
  });

  it("stores nothing of an upload that breaks off, and goes on", async () => {
    const { body, type } = streamed(form(png(4 * MiB)));
    const whole = Buffer.from(await new Response(body).arrayBuffer());
    for (const length of [whole.length, whole.length + 10]) {
      const socket = connect(uploads.port, "127.0.0.1");
      const head = [
        "POST / HTTP/1.1",
        "Host: x",
        `Authorization: Bearer ${uploads.token}`,
        `Content-Type: ${type}`,
        `Content-Length: ${length}`,
      ];
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      socket.write(whole.subarray(0, length === whole.length ? 2 * MiB : undefined), () => socket.end());
      await new Promise((closed) => socket.once("close", closed).resume());
    }
    // Its end in the log says that it is over.
    await expect
      .poll(() => uploads.log().match(/"code":"(bad_request|storage_failed)"/g)?.length)
      .toBeGreaterThan(0);
    expect(await uploads.isEmpty()).toBe(true);
    expect((await uploads.post(form(png()))).status).toBe(200);
  });

  describe("with an Idempotency-Key", () => {
    const headers = { "idempotency-key": "0123456789abcdef" };
    const writes = () => uploads.storage.requests.filter((line) => line.startsWith("PUT")).length;

    it.each([64, 2 * MiB])("stores a file of %i bytes once, and answers the same", async (size) => {
      const first = await uploads.post(form(png(size)), headers);
      const second = await uploads.post(form(png(size)), headers);
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(await second.json()).toEqual(await first.json());
      expect(writes()).toBe(1);
    });

    it.each([64, 2 * MiB])("refuses another file under the same key (%i bytes)", async (size) => {
      await uploads.post(form(png(size)), headers);
      const other = png(size);
      other[size - 1]! ^= 1;
      const jpeg = new Uint8Array(size);
      jpeg.set([0xff, 0xd8, 0xff, 0xdb, 0, 67, 0]);
      for (const file of [other, png(size - 1), png(size + 1), jpeg]) {
        await expectRefusal(await uploads.post(form(file), headers), 409, "idempotency_conflict");
      }
      expect(writes()).toBe(1);
    });

    it("lets one of two win that come at once", async () => {
      const answers = await Promise.all([1, 2, 3, 4].map(() => uploads.post(form(png(MiB)), headers)));
      const urls = new Set<string>();
      for (const answer of answers) {
        const body = (await answer.json()) as { url: string; code: string };
        if (answer.status === 200) urls.add(body.url);
        else
          expect([answer.status, body.code, answer.headers.get("retry-after")]).toEqual([
            409,
            "in_progress",
            "1",
          ]);
      }
      expect(urls.size).toBe(1);
    });

    it("is the user's own, and has a form", async () => {
      const other = await uploads.project.sign({ sub: "00000000-0000-4000-8000-000000000002" });
      await uploads.post(form(png()), headers);
      const answer = await uploads.post(form(png(65)), { ...headers, authorization: `Bearer ${other}` });
      expect(answer.status).toBe(200);
      for (const key of ["short", "with a space", "x".repeat(256)]) {
        const refused = await uploads.post(form(png()), { "idempotency-key": key });
        await expectRefusal(refused, 400, "bad_idempotency_key");
      }
    });
  });

  describe("the user's allowance", () => {
    it("is asked for as the user", async () => {
      await uploads.post(form(png()));
      expect(uploads.project.state.slotsAsked).toMatchObject([
        { authorization: `Bearer ${uploads.token}`, apikey: "anon-key" },
      ]);
    });

    it.each([64, 3 * MiB])(
      "stores nothing of %i bytes once it is used up, and says when to come again",
      async (size) => {
        uploads.project.state.slot = 1.2;
        for (const send of [(data: FormData) => uploads.post(data), postStreamed]) {
          const answer = await send(form(png(size)));
          expect(answer.headers.get("retry-after")).toBe("2");
          await expectRefusal(answer, 429, "too_many_uploads");
        }
        expect(await uploads.isEmpty()).toBe(true);
      },
    );

    it("does not stop uploads when it cannot be asked", async () => {
      uploads.project.state.slot = null;
      expect((await uploads.post(form(png()))).status).toBe(200);
      expect(uploads.log()).toContain("upload-limit-unavailable");
    });
  });

  describe("to a presigned address", () => {
    const json = { "content-type": "application/json" };
    interface Presigned {
      key: string;
      url: string;
      headers: Record<string, string>;
    }
    const presign = async (size: number, bucket = "covers", type = "image/png"): Promise<Presigned> => {
      const answer = await uploads.post(JSON.stringify({ bucket, type, size }), json, "/presign");
      expect(answer.status).toBe(200);
      return (await answer.json()) as Presigned;
    };
    const put = ({ url, headers }: Presigned, body: Uint8Array<ArrayBuffer>, changes = {}) =>
      fetch(url, { method: "PUT", body, headers: { ...headers, ...changes } });
    const complete = (key: unknown, headers = {}) =>
      uploads.post(JSON.stringify({ key }), { ...json, ...headers }, "/complete");

    it("goes a file that is published once it was looked at", async () => {
      const file = png(7 * MiB);
      const presigned = await presign(file.length);
      expect(presigned.key).toMatch(new RegExp(`^pending/covers/${uploads.project.user}/[0-9a-f-]+\\.png$`));
      expect((await put(presigned, file)).status).toBe(200);
      const answer = await complete(presigned.key);
      const stored = await storedBy(answer);
      expect(await answer.json()).toEqual({
        url: expect.stringMatching(key("covers")),
        width: 640,
        height: 480,
      });
      expect(stored?.body.equals(file)).toBe(true);
      expect(stored?.headers).toEqual({
        "content-type": "image/png",
        "cache-control": "public, max-age=31536000, immutable",
      });
      expect(await uploads.object(presigned.key)).toBeUndefined();
      // The answer may have been lost.
      expect((await complete(presigned.key)).status).toBe(200);
    });

    it("goes nothing but what was announced", async () => {
      const presigned = await presign(1000);
      expect((await put(presigned, png(1001))).status).toBe(403);
      expect((await put(presigned, png(999))).status).toBe(403);
      expect((await put(presigned, png(1000), { "content-type": "text/html" })).status).toBe(403);
      expect((await put(presigned, png(1000), { "content-disposition": "inline" })).status).toBe(403);
      const elsewhere = { ...presigned, url: presigned.url.replace("/pending/", "/") };
      expect((await put(elsewhere, png(1000))).status).toBe(403);
      expect(await uploads.isEmpty()).toBe(true);
      await expectRefusal(await complete(presigned.key), 404, "not_uploaded");
    });

    it("goes no page: what is not as announced is deleted", async () => {
      const page = new TextEncoder().encode("<!doctype html><script>alert(1)</script>");
      const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xdb, 0, 67, 0]);
      for (const file of [page, jpeg]) {
        const presigned = await presign(file.length);
        expect((await put(presigned, file)).status).toBe(200);
        await expectRefusal(await complete(presigned.key), 415, "unsupported_type");
        expect(await uploads.isEmpty()).toBe(true);
      }
    });

    it("is had for what the rules allow, and by whoever has an allowance", async () => {
      const ask = (body: unknown) => uploads.post(JSON.stringify(body), json, "/presign");
      const good = { bucket: "posts", type: "image/png", size: 1000 };
      await expectRefusal(await ask({ ...good, bucket: "../posts" }), 400, "unknown_bucket");
      await expectRefusal(await ask({ ...good, type: "image/svg+xml" }), 415, "unsupported_type");
      await expectRefusal(await ask({ ...good, size: 0 }), 400, "empty_file");
      await expectRefusal(await ask({ ...good, size: 5 * MiB + 1 }), 413, "file_too_large");
      for (const wrong of [{ ...good, size: "1000" }, { ...good, size: 1.5 }, null, [], "x"])
        await expectRefusal(await ask(wrong), 400, "bad_request");
      await expectRefusal(await uploads.post("{", json, "/presign"), 400, "bad_request");
      uploads.project.state.slot = 3;
      await expectRefusal(await ask(good), 429, "too_many_uploads");
    });

    it("is completed by its own user, for a key that was given", async () => {
      const presigned = await presign(1000);
      await put(presigned, png(1000));
      const other = await uploads.project.sign({ sub: "00000000-0000-4000-8000-000000000002" });
      const refused = await complete(presigned.key, { authorization: `Bearer ${other}` });
      await expectRefusal(refused, 400, "bad_request");
      const { key } = presigned;
      for (const wrong of [
        undefined,
        1,
        key.slice(8),
        `${key}/../x`,
        key.replace("covers", ".."),
        `${key}\n`,
      ])
        await expectRefusal(await complete(wrong), 400, "bad_request");
    });
  });

  describe("when something else fails", () => {
    it("tries again when storage is busy, and says so when it stays so", async () => {
      uploads.storage.failures = 1;
      expect((await uploads.post(form(png()))).status).toBe(200);
      await uploads.clear();
      uploads.storage.failures = 3;
      await expectRefusal(await uploads.post(form(png())), 502, "storage_failed");
      // A larger file has gone by: whoever sent it may send it again.
      uploads.storage.failures = 1;
      await expectRefusal(await uploads.post(form(png(2 * MiB))), 502, "storage_failed");
      expect(await uploads.isEmpty()).toBe(true);
    });

    it("leaves no unfinished upload when a part fails", async () => {
      uploads.storage.failing = /^PUT .*partNumber=2/;
      const answer = await postStreamed(form(png(10 * MiB), { bucket: "covers" }));
      await expectRefusal(answer, 502, "storage_failed");
      expect(await uploads.isEmpty()).toBe(true);
    });

    it.each([64, 2 * MiB])(
      "does not leak what storage says about wrong credentials (%i bytes)",
      async (size) => {
        uploads.setSecrets({ R2_SECRET_ACCESS_KEY: "wrong" });
        await expectRefusal(await uploads.post(form(png(size))), 502, "storage_failed");
      },
    );

    it("does not blame the user when the project's keys cannot be had", async () => {
      uploads.setSecrets({ NEW_PROCESS: "1" });
      uploads.project.state.jwksStatus = 500;
      await expectRefusal(await uploads.post(form(png())), 503, "auth_unavailable");
    });

    it.each([
      ["R2_BUCKET_NAME", ""],
      ["R2_PUBLIC_URL", "media"],
      ["ALLOWED_ORIGINS", "*"],
      ["ALLOWED_ORIGINS", "https://app.lavlay.example/"],
    ])("answers 500 when %s is %j, and names it in the log alone", async (name, value) => {
      uploads.setSecrets({ [name]: value });
      const answer = await uploads.post(form(png()));
      expect(answer.status).toBe(500);
      const text = await answer.text();
      expect(text).toContain(`"misconfigured"`);
      expect(text).not.toContain(name);
      const log = uploads.log();
      expect(log.slice(log.lastIndexOf("misconfigured"))).toContain(name);
    });
  });
});
