import type { Finder } from "../existing.ts";
import { theOnly } from "./alike.ts";
import { found } from "./found.ts";
import { told } from "./told.ts";

interface RedisDatabase {
  readonly database_id: string;
  readonly database_name: string;
  readonly region: string;
  readonly primary_region?: string;
}

const regionOf = ({ region, primary_region: primary }: RedisDatabase) => primary ?? region;

/** The database of that name and region. One elsewhere cannot move, and what it holds can be computed again. */
const redis: Finder = async ({ upstash }, { type, inputs }) => {
  if (!upstash) return undefined;
  const { databaseName: name, primaryRegion: region } = inputs;
  const all = await upstash.call<readonly RedisDatabase[]>("/v2/redis/databases");
  const named = all.filter((database) => database.database_name === name);
  const here = named.filter((database) => regionOf(database) === region);
  const [elsewhere] = named;
  if (here.length === 0 && elsewhere) {
    return {
      leftAlone: `${elsewhere.database_id} has the name, but lies in ${regionOf(elsewhere)} and cannot move: one more is made in ${String(region)}; to take that one over, set lavlay:redis.region`,
    };
  }
  const ids = here.map(({ database_id: id }) => ({ id }));
  const match = theOnly(ids, "databases of that name and region");
  if (!match || "leftAlone" in match) return match;
  const asking = upstash.call<object>(`/v2/redis/database/${match.id}`, { query: { credentials: "hide" } });
  const answer = await found(asking);
  return answer && { way: { by: "import", id: match.id }, properties: told(type, answer) };
};

/** Finds the Redis. */
export const cacheFinders: Readonly<Record<string, Finder>> = {
  "upstash:index/redisDatabase:RedisDatabase": redis,
};
