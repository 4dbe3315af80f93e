import type { Type } from "./expression.ts";

const string = { of: "string", shape: "one" } as const;
const integer = { of: "integer", shape: "one" } as const;
const boolean = { of: "boolean", shape: "one" } as const;
const ip = { of: "ip", shape: "one" } as const;
const strings = { of: "string", shape: "list" } as const;
const map = { of: "string", shape: "map" } as const;

/**
 * The fields that this package knows, by name: those that cache, rate-limit, firewall and transform rules ask for and
 * that can be evaluated on one machine. Types as Cloudflare's own parser has them.
 * See https://developers.cloudflare.com/ruleset-engine/rules-language/fields/reference/
 */
export const fields: Readonly<Record<string, Type>> = {
  "cf.bot_management.verified_bot": boolean,
  "cf.client.bot": boolean,
  "http.cookie": string,
  "http.host": string,
  "http.referer": string,
  "http.request.cookies": map,
  "http.request.full_uri": string,
  "http.request.headers": map,
  "http.request.headers.names": strings,
  "http.request.headers.values": strings,
  "http.request.method": string,
  "http.request.timestamp.sec": integer,
  "http.request.uri": string,
  "http.request.uri.args": map,
  "http.request.uri.args.names": strings,
  "http.request.uri.args.values": strings,
  "http.request.uri.path": string,
  "http.request.uri.path.extension": string,
  "http.request.uri.query": string,
  "http.request.version": string,
  "http.response.code": integer,
  "http.response.content_type.media_type": string,
  "http.response.headers": map,
  "http.response.headers.names": strings,
  "http.response.headers.values": strings,
  "http.user_agent": string,
  "http.x_forwarded_for": string,
  "ip.src": ip,
  "ip.src.country": string,
  ssl: boolean,
};

/** Whether the field exists only once the origin has answered. */
export function isResponseField(name: string): boolean {
  return name.startsWith("http.response.");
}
