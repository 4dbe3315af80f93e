import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";

export interface Listener {
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** Takes over the connection of a request for another protocol, such as WebSocket. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Serves on a port of 127.0.0.1. Without `upgrade` another protocol is not spoken. */
export function listen(
  port: number,
  listener: RequestListener,
  upgrade?: UpgradeListener,
): Promise<Listener> {
  const server = createServer(listener);
  if (upgrade) server.on("upgrade", upgrade);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve({ close: () => close(server) }));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** What is below one of those prefixes goes there, without the prefix; all else to the first. */
export function byPrefix(
  rest: RequestListener,
  others: Readonly<Record<string, RequestListener>>,
): RequestListener {
  return (request, response) => {
    const prefix = Object.keys(others).find((each) => request.url?.startsWith(`${each}/`));
    const listener = prefix === undefined ? undefined : others[prefix];
    if (prefix !== undefined) request.url = request.url?.slice(prefix.length);
    (listener ?? rest)(request, response);
  };
}
