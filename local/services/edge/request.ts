import type { IncomingMessage } from "node:http";
import type { RuleRequest } from "../../../catalog/rules-language/index.ts";

/** The request as rules see it, its path normalised; undefined when the target is no path. */
export function readRequest(message: IncomingMessage, time: number): RuleRequest | undefined {
  const target = message.url ?? "";
  const host = (message.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  if (!target.startsWith("/") || !URL.canParse(`http://host${target}`)) return undefined;
  const { pathname, search } = new URL(`http://host${target}`);
  return {
    method: message.method ?? "GET",
    host,
    path: pathname,
    query: search.slice(1),
    ssl: false,
    // An IPv4 client of a listener on both families.
    ip: (message.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:(?=\d+\.)/, ""),
    version: `HTTP/${message.httpVersion}`,
    headers: new Map(Object.entries(message.headersDistinct).map(([name, values]) => [name, values ?? []])),
    time,
  };
}
