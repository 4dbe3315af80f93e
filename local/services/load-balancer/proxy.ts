import { request, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { Origin } from "./records.ts";

/** Headers that belong to one connection. */
const hopByHop = ["connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection", "te"];

/** The answer's headers as the client is to see them. */
type Headers = Record<string, string | string[]>;

/** Passes a request on to an origin and its answer back, both as they flow. 502 when the origin cannot be reached. */
export function proxy(
  origin: Origin,
  message: IncomingMessage,
  response: ServerResponse,
  transform: (status: number, headers: Headers) => Headers,
): void {
  const headers: OutgoingHttpHeaders = { ...message.headers };
  for (const name of hopByHop) delete headers[name];
  const [host] = origin.header?.hosts ?? [];
  const client = message.socket.remoteAddress ?? "";
  const passing = request(
    {
      host: origin.address,
      port: origin.port,
      method: message.method,
      path: message.url,
      headers: {
        ...headers,
        ...(host && { host }),
        "cf-connecting-ip": client,
        "x-forwarded-for": [message.headers["x-forwarded-for"], client].filter(Boolean).join(", "),
      },
    },
    (answer) => {
      const { statusCode: status = 502 } = answer;
      const given = Object.fromEntries(
        Object.entries(answer.headers).filter(([name]) => !hopByHop.includes(name)),
      ) as Headers;
      response.writeHead(status, transform(status, { ...given, "cf-cache-status": "DYNAMIC" }));
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    },
  );
  passing.on("error", () => {
    if (response.headersSent) return void response.destroy();
    response
      .writeHead(502, { "content-type": "text/plain; charset=utf-8" })
      .end("Error 502: the origin does not answer.\n");
  });
  // A client that gives up takes its request along.
  response.on("close", () => passing.destroy());
  message.pipe(passing);
}
