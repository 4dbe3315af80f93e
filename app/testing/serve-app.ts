import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { hostingConfig } from "../hosting.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Serves a built app with the headers of its own `vercel.json`, so that its Content-Security-Policy is tested too. */
export async function serveApp(directory: string): Promise<{ server: Server; url: string }> {
  const { headers } = JSON.parse(await readFile(join(directory, "vercel.json"), "utf8")) as ReturnType<
    typeof hostingConfig
  >;
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://app").pathname);
    const asked = join(directory, path);
    const file = extname(path) ? asked : join(directory, "index.html");
    for (const rule of headers) {
      if (!new RegExp(`^${rule.source}$`).test(path)) continue;
      for (const { key, value } of rule.headers) response.setHeader(key, value);
    }
    try {
      const body = await readFile(file);
      response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream").end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
