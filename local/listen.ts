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
