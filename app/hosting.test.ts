import { expect, test } from "vitest";
import { contentSecurityPolicy, hostingConfig } from "./hosting.ts";

const addresses = {
  supabaseUrl: "https://abc.supabase.co/ignored",
  mediaUrl: "https://media.lavlay.com",
};

test("pages may talk to the API and show the media host's files, and run nothing but their own scripts", () => {
  const policy = contentSecurityPolicy(addresses).split("; ");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("connect-src https://abc.supabase.co wss://abc.supabase.co");
  expect(policy).toContain("img-src 'self' blob: data: https://media.lavlay.com");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy.join()).not.toContain("unsafe");
});

test("errors may be reported where a DSN says, and nowhere without one", () => {
  const sentryDsn = "https://key@o1.ingest.sentry.io/2";
  const policy = contentSecurityPolicy({ ...addresses, sentryDsn }).split("; ");
  expect(policy).toContain(
    "connect-src https://abc.supabase.co wss://abc.supabase.co https://o1.ingest.sentry.io",
  );
  expect(contentSecurityPolicy(addresses)).not.toContain("sentry");
});

test("every path but an asset's is the app, and only assets are kept for ever", () => {
  const { rewrites, headers } = hostingConfig(addresses);
  expect(rewrites).toEqual([{ source: "/((?!assets/).*)", destination: "/index.html" }]);
  const cached = headers.filter((rule) => rule.headers.some(({ key }) => key === "cache-control"));
  expect(cached.map(({ source }) => source)).toEqual(["/assets/(.*)"]);
});
