import { afterEach, beforeEach, expect, test } from "vitest";
import { startWorld, type World } from "../testing/world.ts";

let world: World;

beforeEach(async () => {
  world = await startWorld({ tier: "team" });
});
afterEach(() => world.close());

const make = async (name: string, more: object = {}) => {
  const body = { database_name: name, primary_region: "eu-west-1", eviction: true, ...more };
  const call = { method: "POST", body } as const;
  return (await world.upstash.call<{ database_id: string }>("/v2/redis/database", call)).database_id;
};
const found = () => world.takeover("cache-redis");

test("where there is none of that name, it is made", async () => {
  await make("another");
  expect(await found()).toMatchObject({ fate: "new" });
});

test("the database of that name and region is imported, and its passwords are not asked for", async () => {
  const id = await make("lavlay-local");
  expect(await found()).toEqual({
    ...{ name: "cache-redis", type: "upstash:index/redisDatabase:RedisDatabase" },
    ...{ fate: "import", id, differences: [], refused: [], adoption: { import: id } },
  });
});

test("how it differs is told, and stays", async () => {
  const id = await make("lavlay-local", { eviction: false, read_regions: ["us-east-1"] });
  expect(await found()).toMatchObject({
    differences: [{ path: "eviction", property: "eviction", existing: false, declared: true }],
    adoption: { import: id, keep: ["eviction", "readRegions"] },
  });
});

test("one of that name in another region is told, and left alone", async () => {
  const id = await make("lavlay-local", { primary_region: "us-east-1" });
  const elsewhere = await found();
  expect(elsewhere?.fate).toBe("new");
  expect(elsewhere?.note).toMatch(new RegExp(`^${id} .*us-east-1.*lavlay:redis.region`));
});

test("of two of that name and region, none", async () => {
  const ids = [await make("lavlay-local"), await make("lavlay-local")];
  const twice = await found();
  expect(twice?.fate).toBe("new");
  for (const id of ids) expect(twice?.note).toContain(id);
});

test("a key that opens nothing is told, and nothing is taken for not there", async () => {
  const environment = { ...world.environment, UPSTASH_API_KEY: "another" };
  await expect(world.plan({ environment })).rejects.toThrow(/Upstash answered 401/);
});
