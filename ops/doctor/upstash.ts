import type { Settings } from "../../infra/settings/settings.ts";
import type { VendorClient } from "../vendors/client.ts";
import { upstashClient } from "../vendors/upstash.ts";
import { existingAnswer } from "./conflict.ts";
import { CannotTell, ok, unknown, type Check } from "./finding.ts";
import type { Subject } from "./subject.ts";
import { tokenOf, type Token } from "./token.ts";

interface RedisDatabase {
  readonly database_id: string;
  readonly database_name: string;
}

export interface UpstashAccess {
  /** The databases that it sees. */
  readonly key: Token<VendorClient, readonly RedisDatabase[]>;
}

export function upstashAccess(settings: Settings, environment: NodeJS.ProcessEnv): UpstashAccess {
  return {
    key: tokenOf(
      {
        vendor: "Upstash",
        variables: [
          { name: "UPSTASH_EMAIL", form: /^[^\s@]+@[^\s@]+$/, inWords: "the e-mail address of the account" },
          { name: "UPSTASH_API_KEY", form: /^[\w-]{16,}$/, inWords: "a key of Upstash's Developer API" },
        ],
        getOne:
          "Make a key at https://console.upstash.com/account/api, then: export UPSTASH_EMAIL=… UPSTASH_API_KEY=…",
        client: (email = "", key = "") => upstashClient(settings.endpoints.upstashApi, email, key),
        identify: (client) => client.call<readonly RedisDatabase[]>("/v2/redis/databases"),
      },
      environment,
    ),
  };
}

const type = "upstash:index/redisDatabase:RedisDatabase";

/** Where the tier has a Redis: whether the key lives, and whether somebody else's database has its name. */
export const upstashChecks: readonly Check<Subject>[] = [
  {
    area: "Upstash",
    what: "key",
    run: async ({ settings, upstash: { key } }) => {
      if (!settings.redis) return ok("not needed: the stack has no Redis");
      const trouble = await key.trouble();
      return trouble ?? ok(`alive, and sees ${(await key.alive()).who.length} databases`);
    },
  },
  {
    area: "Upstash",
    what: "plan",
    run: ({ settings }) =>
      settings.redis ? unknown("a plan belongs to a database, and Upstash's API does not tell it") : [],
  },
  {
    area: "Upstash",
    what: "database",
    run: async (subject) => {
      const { settings, upstash, planned } = subject;
      if (!settings.redis) return [];
      const { who: databases } = await upstash.key.alive();
      const { resources } = await planned();
      const name = resources.find((resource) => resource.type === type)?.inputs["databaseName"];
      if (name === undefined) throw new CannotTell("the stack's Redis cannot be planned");
      const found = databases.find((database) => database.database_name === name);
      if (!found) return ok(`the name ${String(name)} is free`);
      return existingAnswer(subject, {
        type,
        known: { id: found.database_id },
        name: `the database ${found.database_name}`,
        orElse: "rename it at https://console.upstash.com.",
      });
    },
  },
];
