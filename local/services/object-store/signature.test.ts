import { createHash, createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { AwsClient, AwsV4Signer } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mediaKey, secretOf, startTestStore } from "./test-store.ts";

let local: Awaited<ReturnType<typeof startTestStore>>;
beforeAll(async () => {
  local = await startTestStore();
});
afterAll(() => local.close());

interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

async function signed(changes: Partial<ConstructorParameters<typeof AwsV4Signer>[0]> = {}): Promise<Sent> {
  const signer = new AwsV4Signer({
    method: "PUT",
    url: `${local.endpoint}/media/signed%20key?x=1`,
    headers: { "content-type": "image/png", "x-amz-meta-a": "1", "x-amz-content-sha256": sha("body") },
    accessKeyId: local.token.id,
    secretAccessKey: secretOf(local.token),
    service: "s3",
    region: "auto",
    allHeaders: true,
    ...changes,
  });
  const { url, headers } = await signer.sign();
  return { method: "PUT", url: String(url), headers: Object.fromEntries(headers as Headers), body: "body" };
}

/** Exactly what is given, unlike fetch. */
function send({ method, url, headers, body }: Sent): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const request = httpRequest({ hostname, port, path: pathname + search, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () =>
        resolve({ status: response.statusCode!, code: /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? "" }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const at = (offset: number) => new Date(Date.now() + offset).toISOString().replace(/[:-]|\.\d{3}/g, "");

describe("header signatures", () => {
  it.each(["auto", "us-east-1"])("accepts region %s", async (region) => {
    expect(await send(await signed({ region }))).toEqual({ status: 200, code: "" });
  });

  it("works with aws4fetch as the edge function uses it", async () => {
    const aws = new AwsClient({
      accessKeyId: local.token.id,
      secretAccessKey: secretOf(local.token),
      service: "s3",
      region: "auto",
      retries: 0,
    });
    const url = `${local.endpoint}/media/posts/u1/1.png`;
    const put = await aws.fetch(url, {
      method: "PUT",
      body: "png",
      headers: { "content-type": "image/png" },
    });
    expect(put.status).toBe(200);
    expect(await (await aws.fetch(url)).text()).toBe("png");
  });

  const tampered: [string, string, (sent: Sent) => void | Partial<Parameters<typeof signed>[0]>][] = [
    ["another method", "SignatureDoesNotMatch", (sent) => void (sent.method = "POST")],
    [
      "another key",
      "SignatureDoesNotMatch",
      (sent) => void (sent.url = sent.url.replace("signed", "signee")),
    ],
    ["another query", "SignatureDoesNotMatch", (sent) => void (sent.url = sent.url.replace("x=1", "x=2"))],
    ["a parameter more", "SignatureDoesNotMatch", (sent) => void (sent.url += "&uploads")],
    ["another host", "SignatureDoesNotMatch", (sent) => void (sent.headers.host = "evil.test")],
    ["another body", "BadDigest", (sent) => void (sent.body = "BODY")],
    [
      "another body and hash",
      "SignatureDoesNotMatch",
      (sent) => {
        sent.body = "BODY";
        sent.headers["x-amz-content-sha256"] = sha("BODY");
      },
    ],
    [
      "another signed header",
      "SignatureDoesNotMatch",
      (sent) => void (sent.headers["content-type"] = "text/html"),
    ],
    ["a signed header less", "SignatureDoesNotMatch", (sent) => void delete sent.headers["x-amz-meta-a"]],
    ["an unsigned x-amz header", "AccessDenied", (sent) => void (sent.headers["x-amz-meta-b"] = "2")],
    [
      "an unsigned copy source",
      "AccessDenied",
      (sent) => void (sent.headers["x-amz-copy-source"] = "media/x"),
    ],
    ["another date", "SignatureDoesNotMatch", (sent) => void (sent.headers["x-amz-date"] = at(1000))],
    ["a broken escape in the query", "InvalidArgument", (sent) => void (sent.url += "&y=%ZZ")],
    ["no signature", "Unauthorized", (sent) => void delete sent.headers.authorization],
    [
      "another signature",
      "SignatureDoesNotMatch",
      (sent) =>
        void (sent.headers.authorization = sent.headers.authorization!.replace(/.$/, (c) =>
          c === "0" ? "1" : "0",
        )),
    ],
    [
      "a signature too short",
      "Unauthorized",
      (sent) => void (sent.headers.authorization = sent.headers.authorization!.slice(0, -1)),
    ],
    [
      "an unknown access key",
      "Unauthorized",
      (sent) =>
        void (sent.headers.authorization = sent.headers.authorization!.replace(
          "access-media",
          "access-other",
        )),
    ],
    [
      "an unsigned host",
      "AccessDenied",
      (sent) => void (sent.headers.authorization = sent.headers.authorization!.replace("host;", "")),
    ],
    ["no payload hash", "InvalidRequest", (sent) => void delete sent.headers["x-amz-content-sha256"]],
    ["a wrong MD5", "BadDigest", (sent) => void (sent.headers["content-md5"] = "AAAAAAAAAAAAAAAAAAAAAA==")],
    ["a malformed MD5", "InvalidDigest", (sent) => void (sent.headers["content-md5"] = "x")],
  ];
  it.each(tampered)("refuses %s: %s", async (_what, code, change) => {
    const sent = await signed();
    change(sent);
    expect((await send(sent)).code).toBe(code);
  });

  it.each([
    ["15 minutes ago", { datetime: at(-16 * 60_000) }, "RequestTimeTooSkewed"],
    ["in 15 minutes", { datetime: at(16 * 60_000) }, "RequestTimeTooSkewed"],
    ["for another region", { region: "eu-west-1" }, "InvalidArgument"],
    ["for another service", { service: "ec2" }, "InvalidArgument"],
    [
      "with the token's value as secret",
      { secretAccessKey: "value-of-access-media" },
      "SignatureDoesNotMatch",
    ],
  ])("refuses what was signed %s", async (_what, changes, code) => {
    expect((await send(await signed(changes))).code).toBe(code);
  });
});

describe("signed chunks", () => {
  const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  async function chunked(change: (chunks: string[]) => void = () => undefined, length = 70_000) {
    const parts = ["a".repeat(65_536), "b".repeat(4464), ""];
    const sent = await signed({
      headers: {
        "content-encoding": "aws-chunked",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-decoded-content-length": String(length),
      },
    });
    const [, scope, first] = /Credential=[^/]+\/([^,]+),.*Signature=(\w+)/.exec(sent.headers.authorization!)!;
    const key = scope!
      .split("/")
      .reduce((k, part) => hmac(k, part), Buffer.from(`AWS4${secretOf(local.token)}`));
    let previous = first!;
    const chunks = parts.map((part) => {
      const toSign = [
        "AWS4-HMAC-SHA256-PAYLOAD",
        sent.headers["x-amz-date"],
        scope,
        previous,
        sha(""),
        sha(part),
      ];
      previous = hmac(key, toSign.join("\n")).toString("hex");
      return `${part.length.toString(16)};chunk-signature=${previous}\r\n${part}\r\n`;
    });
    change(chunks);
    sent.body = chunks.join("");
    sent.headers["content-length"] = String(sent.body.length);
    return send(sent);
  }

  it("are unpacked", async () => {
    expect(await chunked()).toEqual({ status: 200, code: "" });
    expect(await local.objectStore.head(mediaKey, "signed key")).toMatchObject({ size: 70_000, headers: {} });
  });

  it.each<[string, string, (chunks: string[]) => void]>([
    ["changed", "SignatureDoesNotMatch", (chunks) => void (chunks[0] = chunks[0]!.replace("aa", "xx"))],
    ["left out", "SignatureDoesNotMatch", (chunks) => void chunks.splice(1, 1)],
    ["in another order", "SignatureDoesNotMatch", (chunks) => void chunks.reverse()],
    ["cut off", "IncompleteBody", (chunks) => void chunks.splice(1)],
    ["no chunks", "IncompleteBody", (chunks) => void chunks.splice(0, 3, "no chunk\r\n")],
  ])("are refused when %s: %s", async (_how, code, change) => {
    expect((await chunked(change)).code).toBe(code);
  });

  it("are refused when of another length than declared", async () => {
    expect((await chunked(undefined, 69_999)).code).toBe("IncompleteBody");
  });
});

describe("presigned URLs", () => {
  const presigned = async (method: string, seconds: number, changes: object = {}) => {
    const sent = await signed({
      method,
      url: `${local.endpoint}/media/presigned?X-Amz-Expires=${seconds}`,
      headers: { "content-type": "image/png" },
      signQuery: true,
      ...changes,
    });
    return { ...sent, method, headers: { "content-type": "image/png" } as Record<string, string> };
  };

  it("lets put and get", async () => {
    expect(await send(await presigned("PUT", 60))).toEqual({ status: 200, code: "" });
    expect((await send({ ...(await presigned("GET", 60)), body: "" })).status).toBe(200);
    expect(await local.objectStore.head(mediaKey, "presigned")).toMatchObject({ size: 4 });
  });

  it.each([
    ["expired", "ExpiredRequest", 60, { datetime: at(-61_000) }],
    ["of the future", "AccessDenied", 60, { datetime: at(16 * 60_000) }],
    ["valid too long", "InvalidArgument", 604_801, {}],
    ["valid for no time", "InvalidArgument", 0, {}],
  ])("refuses one %s", async (_what, code, seconds, changes) => {
    expect((await send(await presigned("PUT", seconds, changes))).code).toBe(code);
  });

  it.each([
    [
      "another content type",
      "SignatureDoesNotMatch",
      (sent: Sent) => void (sent.headers["content-type"] = "text/html"),
    ],
    [
      "a longer life",
      "SignatureDoesNotMatch",
      (sent: Sent) => void (sent.url = sent.url.replace("Expires=60", "Expires=600")),
    ],
    [
      "another key",
      "SignatureDoesNotMatch",
      (sent: Sent) => void (sent.url = sent.url.replace("/presigned?", "/stolen?")),
    ],
    ["an unsigned x-amz header", "AccessDenied", (sent: Sent) => void (sent.headers["x-amz-meta-a"] = "1")],
    [
      "a header signature too",
      "InvalidArgument",
      (sent: Sent) => void (sent.headers.authorization = "AWS4-HMAC-SHA256 x"),
    ],
    [
      "a parameter twice",
      "SignatureDoesNotMatch",
      (sent: Sent) => void (sent.url += "&X-Amz-Expires=604800"),
    ],
  ])("refuses %s: %s", async (_what, code, change) => {
    const sent = await presigned("PUT", 60);
    change(sent);
    expect((await send(sent)).code).toBe(code);
  });
});
