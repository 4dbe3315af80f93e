import { set } from "./set.ts";
import { accountId, zoneId } from "../world.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

/** With the zone and the account. */
export const withTheZone: readonly WrongSetUp[] = [
  {
    name: "a zone whose nameservers were not changed",
    make: (world) => world.zone({ status: "pending" }),
    fails: "Cloudflare zone",
    found: /lavlay\.com is pending/,
    fix: /nameservers at your registrar/,
  },
  {
    name: "a paused zone",
    make: (world) => world.zone({ paused: true }),
    fails: "Cloudflare zone",
    found: /lavlay\.com is paused/,
    fix: /Resume Cloudflare/,
  },
  {
    name: "the id of no zone",
    make: set("cloudflare", { accountId, zoneId: "c".repeat(32) }),
    fails: "Cloudflare zone",
    found: /there is no zone cccc/,
    fix: /put its id under lavlay:cloudflare\.zoneId/,
  },
  {
    name: "the id of another zone",
    make: (world) => world.zone({ name: "lavlay.net" }),
    fails: "Cloudflare zone's name",
    found: /is lavlay\.net, and the stack's domain is lavlay\.com/,
    fix: /pulumi config set lavlay:domain lavlay\.net -s prod/,
  },
  {
    name: "a zone in another account",
    make: (world) => world.zone({ accountId: "f".repeat(32) }),
    fails: "Cloudflare zone's account",
    found: /in the account ffff/,
    fix: /lavlay:cloudflare\.accountId' ffff/,
  },
  {
    name: "a lower Cloudflare plan than declared",
    make: (world) => world.zone({ plan: "free" }),
    fails: "Cloudflare plan",
    found:
      /^Cloudflare Free, lower than the declared Cloudflare Pro; of what the stack declares it does not allow .*lavlay:rateLimit\.routes/,
    fix: /Upgrade to Cloudflare Pro \(\$20 a month\).*or declare what there is: pulumi config set --path 'lavlay:cloudflare\.plan' free -s prod/,
  },
  {
    name: "R2 not enabled",
    make: (world) => world.account("cloudflare", { r2Enabled: false }),
    fails: "Cloudflare R2",
    found: /R2 is not enabled/,
    fix: /Enable it at https:\/\/dash\.cloudflare\.com\/a+\/r2/,
  },
  {
    name: "no room for the stack's health checks",
    make: (world) => {
      for (let n = 1; n <= 9; n++) {
        world.store.collection("recorded").put(`check-${n}`, {
          urn: "",
          type: "cloudflare:index/healthcheck:Healthcheck",
          id: `check-${n}`,
          properties: { zoneId, name: `by hand ${n}` },
        });
      }
    },
    fails: "Cloudflare health checks",
    found: /9 of 10 health checks on Cloudflare Pro, and the stack makes 3 more/,
    fix: /Delete those that nobody needs/,
  },
];
