import { randomBytes, randomUUID } from "node:crypto";
import type { RedisDatabase } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { leftOver, type ApplyRequest, type Behaviour } from "../behaviour.ts";

/** What every plan but the contracts allows; told, not enforced. */
const limits = {
  dbDailyBandwidthLimit: 50_000_000_000,
  dbDiskThreshold: 100_000_000_000,
  dbMaxClients: 10_000,
  dbMaxCommandsPerSecond: 10_000,
  dbMaxEntrySize: 100_000_000,
  dbMaxRequestSize: 10_000_000,
  dbMemoryThreshold: 3_000_000_000,
};

/** A Redis, which the local target runs in memory. */
export const redisDatabase: Behaviour = {
  token: "upstash:index/redisDatabase:RedisDatabase",
  notImitated: ["everything but the REST API: see the service redis", "plans, budgets, IP lists: recorded"],
  apply: ({ store }, request) => {
    const record = putRedis(store, request);
    return { id: record.id, outputs: describe(record) };
  },
  observe({ store }, id, state) {
    const record = store.collection("redisDatabases").get(id);
    return record && { ...state, ...record.properties, ...describe(record) };
  },
  imported({ store }, id) {
    const record = store.collection("redisDatabases").get(id);
    return record && { id, outputs: { ...record.properties, ...describe(record) } };
  },
  remove({ store }, id) {
    store.collection("redisDatabases").delete(id);
  },
};

/** Makes or changes a database, as the provider or the vendor's API is asked to. */
export function putRedis(store: Store, request: ApplyRequest): RedisDatabase {
  const { inputs, urn } = request;
  const databases = store.collection("redisDatabases");
  const found = request.id ? databases.get(request.id) : leftOver(databases.list(), request);
  const secret = () => randomBytes(24).toString("base64url");
  const record: RedisDatabase = {
    urn,
    id: found?.id ?? request.id ?? randomUUID(),
    name: String(inputs["databaseName"]),
    primaryRegion: String(inputs["primaryRegion"] ?? inputs["region"]),
    password: found?.password ?? secret(),
    restToken: found?.restToken ?? secret(),
    readOnlyRestToken: found?.readOnlyRestToken ?? secret(),
    creationTime: found?.creationTime ?? Math.floor(Date.now() / 1000),
    properties: { ...inputs },
  };
  databases.put(record.id, record);
  return record;
}

function describe({ id, name, password, restToken, readOnlyRestToken, creationTime }: RedisDatabase) {
  return {
    databaseId: id,
    databaseType: "Pay as You Go",
    creationTime,
    endpoint: `${name}.upstash.local`,
    port: 6379,
    password,
    restToken,
    readOnlyRestToken,
    state: "active",
    userEmail: "local@lavlay.localhost",
    ...limits,
  };
}
