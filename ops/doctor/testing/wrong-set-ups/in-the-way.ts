import { accountId, zoneId, type World } from "../world.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

function bucket(world: World, name: string): void {
  world.store.collection("r2Buckets").put(`${accountId}/default/${name}`, {
    urn: "",
    accountId,
    name,
    jurisdiction: "default",
    location: "weur",
    storageClass: "Standard",
    creationDate: "2026-01-01T00:00:00Z",
  });
}

function record(world: World, name: string, type: string, content: string): void {
  world.store
    .collection("dnsRecords")
    .put(name, { urn: "", id: name, zoneId, name, type, content, proxied: false, ttl: 1 });
}

/** At Cloudflare, in the place of what the stack would make. */
export const inTheWay: readonly WrongSetUp[] = [
  {
    name: "a bucket of that name",
    make: (world) => bucket(world, "lavlay-media"),
    fails: "Cloudflare bucket",
    found: /the bucket lavlay-media exists, and this stack has not made it/,
    fix: /npm run adopt -- --stack prod/,
  },
  {
    name: "a media host that leads to another bucket",
    make: (world) => {
      bucket(world, "old-media");
      world.store.collection("r2CustomDomains").put("media.lavlay.com", {
        urn: "",
        bucket: `${accountId}/default/old-media`,
        domain: "media.lavlay.com",
        zoneId,
        enabled: true,
        minTls: "1.2",
      });
    },
    fails: "Cloudflare media host",
    found: /connected to the bucket old-media/,
    fix: /set lavlay:media\.bucket to old-media/,
  },
  {
    name: "somebody else's ruleset",
    make: (world) =>
      world.store.collection("rulesets").put(`${zoneId}/http_ratelimit`, {
        urn: "",
        id: "e".repeat(32),
        zoneId,
        name: "by hand",
        kind: "zone",
        phase: "http_ratelimit",
        rules: [],
      }),
    fails: "Cloudflare ruleset of http_ratelimit",
    found: /the ruleset "by hand" exists/,
    fix: /npm run adopt -- --stack prod/,
  },
  {
    name: "an app's host that leads elsewhere",
    make: (world) => record(world, "app.lavlay.com", "CNAME", "old.example"),
    fails: "Cloudflare DNS of app.lavlay.com",
    found: /the record CNAME app\.lavlay\.com → old\.example exists/,
    fix: /npm run adopt|delete it/,
  },
  {
    name: "a media host with a record of its own",
    make: (world) => record(world, "media.lavlay.com", "A", "192.0.2.1"),
    fails: "Cloudflare DNS of media.lavlay.com",
    found: /leads elsewhere \(A 192\.0\.2\.1\)/,
    fix: /Delete the record/,
  },
];
