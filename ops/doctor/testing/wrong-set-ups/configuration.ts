import { set } from "./set.ts";
import { accountId } from "../world.ts";
import type { WrongSetUp } from "./wrong-set-up.ts";

/** In the stack's YAML. */
export const inTheYaml: readonly WrongSetUp[] = [
  {
    name: "no name of the bucket",
    make: set("media", {}),
    fails: "Configuration lavlay:media.bucket",
    found: /\(missing\), but it is required/,
    fix: /pulumi config set --path 'lavlay:media\.bucket' VALUE -s prod/,
  },
  {
    name: "a mistyped key",
    make: (world) => (world.config["meida"] = { bucket: "other" }),
    fails: "Configuration lavlay:meida",
    found: /unknown key/,
    fix: /Did you mean lavlay:media\?/,
  },
  {
    name: "a placeholder in place of the zone's id",
    make: set("cloudflare", { accountId, zoneId: "0".repeat(32) }),
    fails: "Configuration lavlay:cloudflare.zoneId",
    found: /only a placeholder/,
    fix: /Put your own id/,
  },
  {
    name: "a secret in plain text",
    make: (world) => {
      world.secrets.delete("databasePassword");
      world.config["databasePassword"] = "hunter2-hunter2-hunter2";
    },
    fails: "Configuration lavlay:databasePassword",
    found: /^\[secret\], but it stands in the YAML in plain text$/,
    fix: /pulumi config set --secret lavlay:databasePassword -s prod/,
  },
  {
    name: "half a configuration: e-mails without a key",
    make: set("email", { provider: "resend", from: "hello@lavlay.com" }),
    fails: "Configuration lavlay:emailApiKey",
    found: /\(missing\), but lavlay:email needs it/,
    fix: /pulumi config set --secret lavlay:emailApiKey/,
  },
  {
    name: "half a configuration: alerts that nobody gets",
    make: set("monitoring", { emails: [] }),
    fails: "Configuration lavlay:monitoring.emails",
    found: /nobody would get them/,
    fix: /lavlay:monitoring\.emails\[0\]/,
  },
  {
    name: "more than the declared plan allows",
    make: set("rateLimit", { requests: 100, period: 600, timeout: 10, routes: [] }),
    fails: "Configuration lavlay:rateLimit.period",
    found: /600 s, but Cloudflare Pro/,
    fix: /Business/,
  },
];
