import { neededPermissions } from "../world.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

/** With Cloudflare's token. */
export const withTheToken: readonly WrongSetUp[] = [
  {
    name: "no Cloudflare token",
    make: (world) => delete world.environment["CLOUDFLARE_API_TOKEN"],
    fails: "Cloudflare token",
    found: /^CLOUDFLARE_API_TOKEN is not set$/,
    fix: /export CLOUDFLARE_API_TOKEN=/,
  },
  {
    name: "a Cloudflare token with a quote in it",
    make: (world) => (world.environment["CLOUDFLARE_API_TOKEN"] = `"${"c".repeat(39)}`),
    fails: "Cloudflare token",
    found: /40 characters that are no such token/,
    fix: /without quotes or spaces/,
  },
  {
    name: "a Cloudflare token that is another's or revoked",
    make: (world) => (world.environment["CLOUDFLARE_API_TOKEN"] = "d".repeat(40)),
    fails: "Cloudflare token",
    found: /Cloudflare refuses CLOUDFLARE_API_TOKEN: Invalid API Token \(401\)/,
    fix: /Make one at https:\/\/dash\.cloudflare\.com/,
  },
  {
    name: "a Cloudflare token that has expired",
    make: (world) =>
      world.account("cloudflare", { token: { status: "expired", permissions: neededPermissions } }),
    fails: "Cloudflare token",
    found: /The API Token is expired/,
    fix: /Make one/,
  },
  {
    name: "a missing permission",
    make: (world) =>
      world.account("cloudflare", {
        token: { permissions: neededPermissions.filter((name) => name !== "Zone WAF Write") },
      }),
    fails: "Cloudflare permission Zone WAF Write",
    found: /does not have it on the zone/,
    fix: /add zone permission "Zone WAF: Edit"/,
  },
  {
    name: "a permission to read where one to write is needed",
    make: (world) =>
      world.account("cloudflare", {
        token: { permissions: neededPermissions.map((name) => name.replace(/^DNS Write$/, "DNS Read")) },
      }),
    fails: "Cloudflare permission DNS Write",
    found: /does not have it on the zone/,
    fix: /add zone permission "DNS: Edit"/,
  },
];
