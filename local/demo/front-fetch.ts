import { Agent, fetch, type RequestInit, type Response } from "undici";

/** Resolves every `*.localhost` to this machine, as browsers do and Node does not. */
const agent = new Agent({
  connect: { lookup: (_host, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]) },
});

/** `fetch` for the stack's own hosts, such as `http://media.lavlay.localhost:4700`. */
export function frontFetch(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, dispatcher: agent });
}
