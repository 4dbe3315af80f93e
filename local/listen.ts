import { createServer, type RequestListener, type Server } from "node:http";

export interface Listener {
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** Serves on a port of 127.0.0.1. */
export function listen(port: number, listener: RequestListener): Promise<Listener> {
  const server = createServer(listener);
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
