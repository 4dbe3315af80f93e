import type { WrongSetUp } from "./wrong-set-up.ts";

/** At Upstash. */
export const atUpstash: readonly WrongSetUp[] = [
  {
    name: "no Upstash key, where the tier has a Redis",
    make: (world) => {
      delete world.environment["UPSTASH_EMAIL"];
      delete world.environment["UPSTASH_API_KEY"];
    },
    fails: "Upstash key",
    found: /UPSTASH_EMAIL and UPSTASH_API_KEY are not set/,
    fix: /https:\/\/console\.upstash\.com\/account\/api/,
  },
  {
    name: "a dead Upstash key",
    make: (world) => (world.environment["UPSTASH_API_KEY"] = "w".repeat(32)),
    fails: "Upstash key",
    found: /Upstash refuses UPSTASH_EMAIL and UPSTASH_API_KEY: Unauthorized \(401\)/,
    fix: /export UPSTASH_EMAIL/,
  },
  {
    name: "a Redis of that name",
    make: (world) =>
      world.store.collection("redisDatabases").put("r1", {
        urn: "",
        id: "r1",
        name: "lavlay-prod",
        primaryRegion: "eu-west-1",
        password: "p",
        restToken: "t",
        readOnlyRestToken: "r",
        creationTime: 1,
        properties: {},
      }),
    fails: "Upstash database",
    found: /the database lavlay-prod exists/,
    fix: /npm run adopt/,
  },
];
