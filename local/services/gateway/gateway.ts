import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import type { ProjectKeys } from "../auth/keys.ts";
import { createApiKeys } from "./api-keys.ts";

/** Bytes of a request to Auth or the data API. Functions have their own limit. */
const MAXIMUM_BODY = 10 * 1024 * 1024;

/** Services of a Supabase project that the local one has not. */
export const notImitated: readonly string[] = [
  "Storage, GraphQL and the management of API keys: their paths answer 404",
  "custom domains, IPv6, the network restrictions and the rate limits of Supabase's own edge",
];

export interface GatewayOptions {
  /** Undefined while there is no project. */
  keys: () => ProjectKeys | undefined;
  /** Auth's app; undefined while the project is not running. */
  auth: () => Hono | undefined;
  /** The data API's app; undefined while the project is not running. */
  dataApi: () => Hono | undefined;
  /** Runs an edge function. The request is the client's own, its body not yet read; `verify_jwt` and CORS are the function's. */
  functions?: (request: Request, slug: string) => Promise<Response>;
}

/**
 * What listens at `https://<ref>.supabase.co`: checks the API key, gives those who come with one of the new keys the
 * JWT of its role, and hands on to Auth, the data API or an edge function.
 */
export function createGateway({ keys, auth, dataApi, functions }: GatewayOptions): Hono {
  const app = new Hono();
  const apiKeys = createApiKeys();

  app.all("/functions/v1/:slug{[A-Za-z0-9_-]+}", (c) => callFunction(c));
  app.all("/functions/v1/:slug{[A-Za-z0-9_-]+}/*", (c) => callFunction(c));

  for (const prefix of ["/auth/v1", "/rest/v1"]) {
    app.use(`${prefix}/*`, openCors, bodyLimit({ maxSize: MAXIMUM_BODY, onError: tooLarge }));
  }
  app.all("/auth/v1/*", (c) => forward(c, "/auth/v1", auth()));
  app.all("/rest/v1/*", (c) => forward(c, "/rest/v1", dataApi()));

  app.notFound((c) => c.json({ message: "no Route matched with those values" }, 404));
  app.onError((_error, c) => c.json({ message: "An unexpected error occurred" }, 500));
  return app;

  async function callFunction(c: Context): Promise<Response> {
    if (!keys() || !functions) return notRunning(c);
    return functions(c.req.raw, c.req.param("slug")!);
  }

  async function forward(c: Context, prefix: string, service: Hono | undefined): Promise<Response> {
    const current = keys();
    if (!current || !service) return notRunning(c);
    const url = new URL(c.req.url);
    url.pathname = url.pathname.slice(prefix.length) || "/";
    const headers = new Headers(c.req.raw.headers);
    if (!isPublic(prefix, url.pathname)) {
      const refusal = await apiKeys.admit(headers, url, current);
      if (refusal) return c.json(refusal, 401);
    }
    headers.set("x-forwarded-for", clientAddress(c));
    return service.fetch(
      new Request(url, {
        method: c.req.method,
        headers,
        body: c.req.raw.body,
        duplex: "half",
      } as RequestInit),
    );
  }
}

/** Supabase's own CORS on Auth and the data API: open, since neither uses cookies. */
const openCors = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"],
  maxAge: 3600,
  exposeHeaders: [
    "Content-Encoding",
    "Content-Location",
    "Content-Range",
    "Content-Type",
    "Date",
    "Location",
    "Server",
    "Transfer-Encoding",
    "Range-Unit",
    "X-Total-Count",
    "Link",
    "X-Supabase-Api-Version",
    "x-sb-error-code",
  ],
});

/** Whoever verifies tokens reads the keys without having one; whoever follows a link in a message has none either. */
function isPublic(prefix: string, path: string): boolean {
  return prefix === "/auth/v1" && ["/.well-known/jwks.json", "/verify"].includes(path);
}

function notRunning(c: Context): Response {
  const hint = "Run `npm start`, which declares it, and try again.";
  return c.json({ message: "The Supabase project is not running", hint }, 503, { "retry-after": "1" });
}

function tooLarge(c: Context): Response {
  return c.json({ message: `Request body is larger than ${MAXIMUM_BODY} bytes` }, 413);
}

/** The peer's address, whatever the client says in headers. In tests without a socket it is the loopback. */
function clientAddress(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "127.0.0.1";
  } catch {
    return "127.0.0.1";
  }
}
