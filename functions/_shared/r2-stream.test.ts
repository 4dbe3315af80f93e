import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { putStream } from "./r2-stream.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/** A storage: what it got on each connection, and what it answers to a request that has all come. */
let server: Server;
let address: string;
let received: string[];
let answer: (socket: Socket, request: string) => void;

beforeEach(async () => {
  received = [];
  answer = (socket) => void socket.write(ok);
  server = createServer((socket) => {
    const at = received.push("") - 1;
    let request = "";
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received[at] += bytes.toString();
      request += bytes.toString();
      const length = Number(/content-length: (\d+)/.exec(request)?.[1]);
      if (request.length - request.indexOf("\r\n\r\n") - 4 < length) return;
      answer(socket, request);
      request = "";
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/media/a.png?x=1`;
});
afterEach(() => void server.close());

async function* body(...chunks: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}
const put = (...chunks: string[]) =>
  putStream(address, { "x-a": "b" }, body(...chunks), chunks.join("").length);
const failed = (reason: RegExp) => ({ code: "storage_failed", reason: expect.stringMatching(reason) });

describe("putStream", () => {
  it("sends the request with its length, and one after the other over one connection", async () => {
    for (let n = 0; n < 3; n++) expect(await put("one", "two")).toEqual({ status: 200, text: "" });
    expect(received).toHaveLength(1);
    const requests = received[0]?.split(/(?<=onetwo)/) ?? [];
    expect(requests).toHaveLength(3);
    for (const request of requests)
      expect(request).toMatch(/^PUT \/media\/a\.png\?x=1 HTTP\/1\.1\r\n[^]*content-length: 6\r\n/);
  });

  it("takes connections that are its own while it has them", async () => {
    await Promise.all(["a", "b", "c"].map((each) => put(each)));
    expect(received).toHaveLength(3);
  });

  it("gives a refusal that comes early, and sends no more", async () => {
    server.once("connection", (socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"));
    });
    let asked = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; asked < 10_000; asked++) yield new Uint8Array(64 * 1024);
    }
    expect(await putStream(address, {}, endless(), 1e12)).toMatchObject({ status: 403 });
    expect(asked).toBeLessThan(10_000);
  });

  it("cuts the connection when the body breaks off, is too short or too long", async () => {
    const broken = new Error("broken");
    const closed = new Promise((resolve) => {
      server.once("connection", (socket) => socket.once("close", resolve));
    });
    await expect(putStream(address, {}, body("one", broken), 6)).rejects.toBe(broken);
    await closed;
    await expect(putStream(address, {}, body(broken), 6)).rejects.toBe(broken);
    await expect(putStream(address, {}, body("one"), 6)).rejects.toThrow("not of 6 bytes");
    await expect(putStream(address, {}, body("one", "two!"), 6)).rejects.toThrow("not of 6 bytes");
    for (const request of received) expect(request).not.toMatch(/\r\n\r\n.{6}/);
  });

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ["closes without an answer", (socket) => socket.end(), /hang up|connection closed/],
    ["resets the connection", (socket) => socket.resetAndDestroy(), /ECONNRESET|connection closed/],
    ["breaks off its answer", (socket) => socket.end(ok.slice(0, 20)), /hang up|aborted|connection closed/],
  ])("says that storage failed when it %s", async (_, act, reason) => {
    answer = act;
    await expect(put("x")).rejects.toMatchObject(failed(reason));
  });

  it("says that storage failed when nobody is there", async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(put("x")).rejects.toMatchObject(failed(/ECONNREFUSED/));
  });
});
