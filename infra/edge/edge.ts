import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { cacheRules } from "./cache.ts";
import { firewallRules } from "./firewall.ts";
import { rateLimitRules, type RateLimit, type RouteRateLimit } from "./rate-limit.ts";
import { responseHeaderRules } from "./response-headers.ts";
import { zoneSettings, type Images } from "./zone-settings.ts";

export interface EdgeArgs {
  zoneId: string;
  /** The zone's name, such as `lavlay.com`. */
  zone: string;
  /** The media host within the zone. */
  mediaHost: string;
  /** The web app's host within the zone. */
  webHost: string;
  /** Seconds that the CDN keeps a media file. */
  mediaEdgeTtl: number;
  rateLimit: RateLimit;
  /** Limits of single routes, from Cloudflare Pro on. */
  routeLimits: readonly RouteRateLimit[];
  /** Image optimisation, where it is wanted. */
  images?: Images;
}

/**
 * Everything of the zone. A zone has one ruleset per phase, so all rules of a phase are composed here, each with a
 * `ref` that keeps its identity when others come and go.
 */
export class Edge extends pulumi.ComponentResource {
  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:edge:Edge", name, {}, opts);
    const { zoneId } = args;
    const parent = { parent: this };

    const phases = {
      firewall: { phase: "http_request_firewall_custom", rules: firewallRules(args) },
      cache: { phase: "http_request_cache_settings", rules: cacheRules(args) },
      "rate-limit": { phase: "http_ratelimit", rules: rateLimitRules(args.rateLimit, args.routeLimits) },
      "response-headers": { phase: "http_response_headers_transform", rules: responseHeaderRules(args) },
    };
    for (const [suffix, { phase, rules }] of Object.entries(phases)) {
      new cloudflare.Ruleset(
        `${name}-${suffix}`,
        { zoneId, name: `LavLay ${suffix}`, kind: "zone", phase, rules },
        parent,
      );
    }

    new cloudflare.TieredCache(`${name}-tiered-cache`, { zoneId, value: "on" }, parent);

    for (const [settingId, value] of Object.entries(zoneSettings(args.images))) {
      new cloudflare.ZoneSetting(
        `${name}-${settingId.replaceAll("_", "-")}`,
        { zoneId, settingId, value },
        parent,
      );
    }

    // The media host needs no record: connecting the bucket's domain makes it.
    new cloudflare.DnsRecord(
      `${name}-web`,
      {
        zoneId,
        name: args.webHost,
        type: "CNAME",
        content: "cname.vercel-dns.com",
        // Vercel has its own edge and certificate; Cloudflare's in front would break both.
        proxied: false,
        ttl: 1,
        comment: "LavLay's web app on Vercel",
      },
      parent,
    );
    this.registerOutputs({});
  }
}
