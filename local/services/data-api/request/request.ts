import { ApiError } from "../errors.ts";
import { ANONYMOUS, type Caller } from "../authenticate.ts";
import type { RequestContext } from "../execute.ts";
import type { SchemaCache } from "../schema-cache.ts";
import { identifier, join } from "../sql/fragment.ts";
import { negotiate, type MediaType } from "./media-type.ts";
import { parsePreferences, type Preferences } from "./preferences.ts";

/** A request with everything that does not depend on what it asks for already understood. */
export interface ApiRequest {
  readonly method: string;
  readonly isRead: boolean;
  /** `posts`, or `add` of `/rpc/add`. */
  readonly target: string;
  readonly isCall: boolean;
  readonly schema: string;
  readonly parameters: URLSearchParams;
  readonly preferences: Preferences;
  readonly media: MediaType;
  readonly range: string | undefined;
  readonly caller: Caller;
  readonly body: string;
  /** What Postgres is told about the request, but whether it may write. */
  readonly context: Omit<RequestContext, "readOnly">;
}

export interface ExposedSchemas {
  /** Exposed schemas; the first is the default. */
  readonly schemas: readonly string[];
  /** Schemas whose objects can be named without their schema, besides the request's own. */
  readonly extraSearchPath?: readonly string[];
}

const METHODS = ["GET", "HEAD", "POST", "PATCH", "DELETE"];

/** Understands the parts that all requests have. Throws PGRST102, 106, 107, 117, 122 and 125. */
export async function readRequest(
  request: Request,
  caller: Caller,
  exposed: ExposedSchemas,
  cache: SchemaCache,
): Promise<ApiRequest> {
  const url = new URL(request.url);
  const { target, isCall } = readPath(url.pathname);
  const { method, headers } = request;
  if (!METHODS.includes(method)) throw new ApiError(405, "PGRST117", `Unsupported HTTP method: ${method}`);
  const isRead = method === "GET" || method === "HEAD";
  const schema = readProfile(headers.get(isRead ? "accept-profile" : "content-profile"), exposed.schemas);
  return {
    method,
    isRead,
    target,
    isCall,
    schema,
    parameters: url.searchParams,
    preferences: parsePreferences(headers.get("prefer") ?? undefined),
    media: negotiate(headers.get("accept") ?? undefined),
    range: isRead ? (headers.get("range") ?? undefined) : undefined,
    caller,
    body: isRead || method === "DELETE" ? "" : await readBody(request),
    context: {
      role: caller.role,
      settings: {
        search_path: join(
          [schema, ...(exposed.extraSearchPath ?? [])].map((name) => identifier(name)),
          ", ",
        ).render().text,
        "request.jwt.claims": JSON.stringify(caller.claims),
        "request.method": method,
        "request.path": url.pathname,
        "request.headers": JSON.stringify(Object.fromEntries(headers)),
        ...cache.roleSettings(caller.role),
      },
    },
  };
}

/** True where signing in might help. */
export function isAnonymous({ role }: Caller): boolean {
  return role === ANONYMOUS;
}

function readPath(pathname: string): { target: string; isCall: boolean } {
  const call = /^\/rpc\/([^/]+)$/.exec(pathname);
  const table = /^\/([^/]+)$/.exec(pathname);
  if (pathname === "/") throw new ApiError(404, "PGRST126", "Root endpoint metadata is disabled");
  try {
    if (call) return { target: decodeURIComponent(call[1]!), isCall: true };
    if (table) return { target: decodeURIComponent(table[1]!), isCall: false };
  } catch {
    // Not decodable: falls through.
  }
  throw new ApiError(404, "PGRST125", "Invalid path specified in request URL");
}

function readProfile(profile: string | null, schemas: readonly string[]): string {
  const schema = profile ?? schemas[0] ?? "public";
  if (schemas.includes(schema)) return schema;
  const hint = `Only the following schemas are exposed: ${schemas.join(", ")}`;
  throw new ApiError(406, "PGRST106", `Invalid schema: ${schema}`, null, hint);
}

async function readBody(request: Request): Promise<string> {
  const type = (request.headers.get("content-type") ?? "application/json")
    .split(";")[0]!
    .trim()
    .toLowerCase();
  // fetch() says text/plain where the caller said nothing.
  if (type !== "application/json" && type !== "text/plain" && !type.endsWith("+json")) {
    throw new ApiError(400, "PGRST102", `Content-Type not acceptable: ${type}`);
  }
  return request.text();
}
