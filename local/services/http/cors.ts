import type { CorsRule } from "../../state/model.ts";

/** Response headers that let the origin read an answer to that method; none when no rule fits. */
export function corsHeaders(
  rules: readonly CorsRule[],
  origin: string | undefined,
  method: string,
): Record<string, string> {
  if (rules.length === 0) return {};
  // Said even where no rule fits: what a cache keeps for one origin is not another's.
  const vary = { vary: "Origin" };
  const rule = origin === undefined ? undefined : find(rules, origin, method);
  if (!rule) return vary;
  return {
    ...vary,
    "access-control-allow-origin": rule.allowed.origins.includes("*") ? "*" : origin!,
    ...(rule.exposeHeaders?.length ? { "access-control-expose-headers": rule.exposeHeaders.join(", ") } : {}),
  };
}

/** The answer to a preflight, or undefined when no rule allows it. */
export function preflightHeaders(
  rules: readonly CorsRule[],
  origin: string | undefined,
  method: string | undefined,
  requestHeaders: string | undefined,
): Record<string, string> | undefined {
  if (origin === undefined || method === undefined) return undefined;
  const wanted = (requestHeaders ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  const rule = rules.find((rule) => applies(rule, origin, method) && allowsHeaders(rule, wanted));
  if (!rule) return undefined;
  return {
    vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    "access-control-allow-origin": rule.allowed.origins.includes("*") ? "*" : origin,
    "access-control-allow-methods": rule.allowed.methods.join(", "),
    ...(wanted.length ? { "access-control-allow-headers": wanted.join(", ") } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { "access-control-max-age": String(rule.maxAgeSeconds) }),
  };
}

function find(rules: readonly CorsRule[], origin: string, method: string): CorsRule | undefined {
  return rules.find((rule) => applies(rule, origin, method));
}

function applies({ allowed }: CorsRule, origin: string, method: string): boolean {
  return (
    allowed.methods.includes(method) &&
    allowed.origins.some((pattern) => pattern === "*" || pattern === origin)
  );
}

function allowsHeaders({ allowed }: CorsRule, wanted: readonly string[]): boolean {
  const headers = (allowed.headers ?? []).map((name) => name.toLowerCase());
  return headers.includes("*") || wanted.every((name) => headers.includes(name));
}
