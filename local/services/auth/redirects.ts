import type { Context } from "hono";
import type { AuthSettings } from "./settings.ts";

/** Where a link in a message leads back to: what the request asks for, else where it comes from, if allowed; else the site. */
export function redirectTarget(c: Context, settings: AuthSettings): string {
  const asked = [c.req.query("redirect_to") ?? c.req.header("redirect_to"), c.req.header("referer")];
  return asked.find((url) => url !== undefined && isAllowed(url, settings)) ?? settings.site_url;
}

function isAllowed(url: string, { site_url, uri_allow_list }: AuthSettings): boolean {
  if (!URL.canParse(url)) return false;
  if (isOfSite(new URL(url), site_url)) return true;
  const withoutFragment = url.replace(/#.*$/, "");
  return uri_allow_list
    .split(",")
    .map((pattern) => pattern.trim())
    .some((pattern) => pattern !== "" && matcher(pattern).test(withoutFragment));
}

/** On this machine the site may be at any port. */
function isOfSite(url: URL, site: string): boolean {
  if (!URL.canParse(site)) return false;
  const { protocol, hostname, port } = new URL(site);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return url.protocol === protocol && url.hostname === hostname && (loopback || url.port === port);
}

/** `*` is anything but a dot or a slash, `**` anything, `?` one character that is neither. */
function matcher(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*|[*?]/g, (glob) => ({ "**": ".*", "*": "[^./]*", "?": "[^./]" })[glob]!);
  return new RegExp(`^${source}$`);
}
