import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { drawPhotographs } from "./pictures.ts";

const POSTS = 10;
export const userId = "00000000-0000-4000-8000-000000000001";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** A server on a free port of this machine. */
export interface Served {
  readonly url: string;
  close(): void;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Served> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A built app, compressed as Vercel does: once, as its network keeps it. */
export function serveApp(directory: string): Promise<Served> {
  const compressed = new Map<string, Buffer>();
  return serve(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://app").pathname);
    const file = extname(path) ? path : "index.html";
    try {
      const body = compressed.get(file) ?? gzipSync(await readFile(join(directory, file)));
      compressed.set(file, body);
      response.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "content-encoding": "gzip",
        "content-length": body.length,
        "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
}

/** The API as far as a feed needs it, compressed as Cloudflare does for Supabase, answering at once: its own time is what `bench -- db` measures. */
export function serveApi(mediaUrl: string): Promise<Served> {
  return serve((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://api");
    const cors = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers":
        "authorization, apikey, x-client-info, x-application-name, accept-profile, content-profile, content-type, x-retry-count",
      "access-control-allow-methods": "GET, HEAD, POST, DELETE",
      "access-control-max-age": "7200",
    };
    if (request.method === "OPTIONS") return void response.writeHead(204, cors).end();
    const body = pathname.endsWith("/rpc/feed_page")
      ? feed(mediaUrl)
      : pathname.endsWith("/users")
        ? { id: userId, username: "ada", full_name: "Ada", avatar_url: null }
        : [];
    response.writeHead(200, { ...cors, "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync(JSON.stringify(body)));
  });
}

/** The media host: a picture a post, 800 pixels wide. */
export async function serveMedia(): Promise<Served> {
  const pictures = await drawPhotographs(POSTS);
  return serve((request, response) => {
    const nth = Number(/(\d+)\.webp$/.exec(request.url ?? "")?.[1] ?? 0);
    const cache = "public, max-age=31536000, immutable";
    response.writeHead(200, { "content-type": "image/webp", "cache-control": cache });
    response.end(pictures[nth]);
  });
}

function feed(mediaUrl: string) {
  return Array.from({ length: POSTS }, (_, nth) => ({
    id: `10000000-0000-4000-8000-00000000000${nth}`,
    user_id: userId,
    content: "First light over the lagoon.",
    media_url: `${mediaUrl}/posts/${nth}.webp`,
    media_type: "image/webp",
    likes_count: nth,
    comments_count: nth,
    liked_by_me: false,
    created_at: new Date(Date.now() - nth * 3_600_000).toISOString(),
    username: "ada",
    full_name: "Ada",
    avatar_url: null,
    cursor: String(nth),
  }));
}
