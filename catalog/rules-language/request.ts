import type { Value } from "./evaluate.ts";

/** What a rule can see of a request. */
export interface RuleRequest {
  readonly method: string;
  /** Without the port, in lower case. */
  readonly host: string;
  /** Percent-encoded, from `/`. */
  readonly path: string;
  /** Without `?`; empty when there is none. */
  readonly query: string;
  readonly ssl: boolean;
  /** The client's address. */
  readonly ip: string;
  /** `HTTP/1.1`. */
  readonly version: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Only in phases after the origin has answered. */
  readonly response?: { readonly status: number; readonly headers: ReadonlyMap<string, readonly string[]> };
}

const none: ReadonlyMap<string, readonly string[]> = new Map();

/** A field's value for this request. */
export function readField(name: string, request: RuleRequest): Value {
  const uri = request.query === "" ? request.path : `${request.path}?${request.query}`;
  const header = (header: string) => (request.headers.get(header) ?? []).join(", ");
  switch (name) {
    // Nobody who reaches one's own machine is among Cloudflare's verified bots.
    case "cf.bot_management.verified_bot":
    case "cf.client.bot":
      return false;
    case "http.cookie":
      return header("cookie");
    case "http.host":
      return request.host;
    case "http.referer":
      return header("referer");
    case "http.request.cookies":
      return cookies(header("cookie"));
    case "http.request.full_uri":
      return `${request.ssl ? "https" : "http"}://${request.host}${uri}`;
    case "http.request.headers":
      return request.headers;
    case "http.request.headers.names":
      return [...request.headers.keys()];
    case "http.request.headers.values":
      return [...request.headers.values()].flat();
    case "http.request.method":
      return request.method;
    case "http.request.timestamp.sec":
      return Math.floor(request.time / 1000);
    case "http.request.uri":
      return uri;
    case "http.request.uri.args":
      return args(request.query);
    case "http.request.uri.args.names":
      return [...args(request.query).keys()];
    case "http.request.uri.args.values":
      return [...args(request.query).values()].flat();
    case "http.request.uri.path":
      return request.path;
    case "http.request.uri.path.extension":
      return extension(request.path);
    case "http.request.uri.query":
      return request.query;
    case "http.request.version":
      return request.version;
    case "http.response.code":
      return request.response?.status;
    case "http.response.content_type.media_type":
      return request.response?.headers.get("content-type")?.[0]?.split(";")[0]?.trim().toLowerCase();
    case "http.response.headers":
      return request.response?.headers ?? none;
    case "http.response.headers.names":
      return [...(request.response?.headers ?? none).keys()];
    case "http.response.headers.values":
      return [...(request.response?.headers ?? none).values()].flat();
    case "http.user_agent":
      return header("user-agent");
    case "http.x_forwarded_for":
      return header("x-forwarded-for");
    case "ip.src":
      return request.ip;
    // What Cloudflare says of an address without a country.
    case "ip.src.country":
      return "XX";
    case "ssl":
      return request.ssl;
    default:
      return undefined;
  }
}

/** The extension of the last path segment in lower case, without the dot; "" when it has none. */
export function extension(path: string): string {
  const segment = path.slice(path.lastIndexOf("/") + 1);
  const dot = segment.lastIndexOf(".");
  return dot < 0 ? "" : segment.slice(dot + 1).toLowerCase();
}

function args(query: string): Map<string, string[]> {
  return group(query.split("&").filter(Boolean), "=");
}

function cookies(header: string): Map<string, string[]> {
  return group(header.split(/;\s*/).filter(Boolean), "=");
}

function group(pairs: readonly string[], separator: string): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf(separator);
    const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    map.set(name, [...(map.get(name) ?? []), value]);
  }
  return map;
}
