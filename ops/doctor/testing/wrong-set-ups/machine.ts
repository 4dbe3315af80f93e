import type { WrongSetUp } from "./wrong-set-up.ts";

/** On this machine, and in the backend that it is logged in to. */
export const onThisMachine: readonly WrongSetUp[] = [
  {
    name: "a Node that is too old",
    make: (world) => (world.tools = { ...world.tools, node: "18.20.1" }),
    fails: "Tools Node",
    found: /^18\.20\.1 is too old$/,
    fix: />=20\.19 from https:\/\/nodejs\.org/,
  },
  {
    name: "a package that is not as pinned",
    make: (world) => {
      const packages = [{ name: "@pulumi/cloudflare", pinned: "6.22.1", installed: "6.21.0" }];
      world.tools = { ...world.tools, packages };
    },
    fails: "Tools @pulumi/cloudflare",
    found: /6\.21\.0, and package\.json pins 6\.22\.1/,
    fix: /npm ci/,
  },
  {
    name: "a package that the catalog does not describe",
    make: (world) => {
      const packages = [{ name: "@pulumi/cloudflare", pinned: "7.0.0", installed: "7.0.0" }];
      world.tools = { ...world.tools, packages };
    },
    fails: "Tools @pulumi/cloudflare",
    found: /7\.0\.0, and catalog\/schemas describes 6\./,
    fix: /Pin 6\..* again/,
  },
  {
    name: "nobody logged in to a backend",
    make: (world) => (world.engine["whoami"] = { error: "PULUMI_ACCESS_TOKEN must be set" }),
    fails: "Pulumi login",
    found: /nobody is logged in.*PULUMI_ACCESS_TOKEN must be set/,
    fix: /pulumi login/,
  },
  {
    name: "a stack that was never made",
    make: (world) => (world.engine["stack"] = { error: "no stack named 'prod' found" }),
    fails: "Pulumi stack",
    found: /the backend knows no stack prod/,
    fix: /^pulumi stack init prod$/,
  },
  {
    name: "a wrong passphrase",
    make: (world) => (world.engine["config"] = { error: "incorrect passphrase" }),
    fails: "Pulumi secrets",
    found: /cannot be decrypted: incorrect passphrase/,
    fix: /PULUMI_CONFIG_PASSPHRASE/,
  },
];
