import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import { HttpError } from "./http.ts";

/** What of `node:http` and `node:https` is used. */
type Http = Pick<typeof import("node:http"), "request" | "Agent">;

/** By protocol. Loading takes as long as starting a function, so that it is done when a large file is there. */
const loaded = new Map<string, Promise<{ request: Http["request"]; agent: Agent }>>();

function load(protocol: string) {
  const existing = loaded.get(protocol);
  if (existing) return existing;
  // By a name that bundlers cannot tell: the runtime brings it.
  const name = `node:${protocol.slice(0, -1)}`;
  const loading = (import(/* @vite-ignore */ name) as Promise<Http>).then(({ request, Agent }) => ({
    request,
    // A connection that has been idle for longer may be closed by the other side just when it is used.
    agent: new Agent({ keepAlive: true, timeout: 4_000 }),
  }));
  loaded.set(protocol, loading);
  return loading;
}

/** How long the storage may take for its answer once it has everything, ms. */
const patience = 30_000;

/**
 * PUTs a body while it flows, with a Content-Length, as S3 demands. Not by `fetch`, which sends a stream of known length as
 * one of unknown length. Whatever goes wrong, the connection is cut before the length is reached: nothing is stored.
 * Throws what the body throws, or 502 `storage_failed`.
 */
export async function putStream(
  url: string,
  headers: Record<string, string>,
  body: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ status: number; text: string }> {
  const { request, agent } = await load(new URL(url).protocol);
  const put = request(url, { agent, method: "PUT", headers: { ...headers, "content-length": length } });
  // On a connection that was used before, Deno begins a request anew by itself once it is cut: also if that was us.
  put.once("socket", () => (put.reusedSocket = false));
  let answered = false;
  const answer = answerOf(put).finally(() => (answered = true));
  // It is awaited below.
  answer.catch(() => {});
  try {
    let sent = 0;
    for await (const chunk of body) {
      // With a refusal, or by breaking off.
      if (answered) return await answer;
      sent += chunk.length;
      if (sent > length) break;
      // Before the next is asked for: its memory is used again.
      await Promise.race([written(put, chunk), answer]);
    }
    if (sent !== length) throw new Error(`the body is not of ${length} bytes`);
    put.end();
    put.setTimeout(patience, () => put.destroy(new Error("no answer in time")));
    return await answer;
  } finally {
    if (!put.writableFinished) put.destroy();
  }
}

function written(put: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => put.write(chunk, () => resolve()));
}

function answerOf(put: ClientRequest): Promise<{ status: number; text: string }> {
  const broken = (error: Error) =>
    new HttpError(502, "storage_failed", "The file could not be stored. Try again later.", String(error));
  return new Promise((resolve, reject) => {
    put.once("error", (error) => reject(broken(error)));
    put.once("close", () => reject(broken(new Error("connection closed"))));
    put.once("response", (response: IncomingMessage) => {
      let text = "";
      response.on("data", (chunk: Uint8Array) => (text += new TextDecoder().decode(chunk)));
      response.once("error", (error) => reject(broken(error)));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
}
