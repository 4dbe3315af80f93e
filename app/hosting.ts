import type { Plugin } from "vite";

export interface Addresses {
  /** The API, such as `https://abc.supabase.co`. */
  supabaseUrl: string;
  /** Where uploads are read from, such as `https://media.lavlay.com`. */
  mediaUrl: string;
  /** Where errors are reported, if they are. */
  sentryDsn?: string;
}

const YEAR_S = 31_536_000;

/**
 * How Vercel serves the app: every path is the app, assets are kept for ever, and pages load only what is the app's own.
 * An asset that is not there is missing, not the app: a page of an earlier deployment must not take HTML for its script.
 */
export function hostingConfig(addresses: Addresses) {
  return {
    rewrites: [{ source: "/((?!assets/).*)", destination: "/index.html" }],
    headers: [
      {
        // Their names hold a hash of their content.
        source: "/assets/(.*)",
        headers: [{ key: "cache-control", value: `public, max-age=${YEAR_S}, immutable` }],
      },
      {
        source: "/(.*)",
        headers: [
          { key: "content-security-policy", value: contentSecurityPolicy(addresses) },
          { key: "x-content-type-options", value: "nosniff" },
          { key: "referrer-policy", value: "strict-origin-when-cross-origin" },
        ],
      },
    ],
  };
}

/** `blob:` is for previews of a picture that is not uploaded yet. */
export function contentSecurityPolicy({ supabaseUrl, mediaUrl, sentryDsn }: Addresses): string {
  const api = new URL(supabaseUrl).origin;
  // Realtime's.
  const socket = api.replace(/^http/, "ws");
  const media = new URL(mediaUrl).origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data: ${media}`,
    `media-src ${media} blob:`,
    `connect-src ${[api, socket, ...(sentryDsn ? [new URL(sentryDsn).origin] : [])].join(" ")}`,
    // Sentry compresses replays in a worker that it makes itself.
    ...(sentryDsn ? ["worker-src blob:"] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

/** Puts {@link hostingConfig} as `vercel.json` beside the built pages. */
export function hostingFile(addresses: Addresses): Plugin {
  return {
    name: "hosting-file",
    apply: "build",
    generateBundle() {
      const source = `${JSON.stringify(hostingConfig(addresses), null, 2)}\n`;
      this.emitFile({ type: "asset", fileName: "vercel.json", source });
    },
  };
}
