/** A value with the time it ends, milliseconds since 1970. */
interface Kept {
  value: string | Map<string, string> | Set<string> | Map<string, number> | string[];
  expires?: number;
}

/** What a command answers. */
export type Reply = string | number | null | readonly Reply[];

/** A refusal in Redis' own words. */
export class RedisError extends Error {}

type Args = readonly string[];

/** The commands that a cache, a counter, a rate limiter and a small queue need, over one map in memory. */
export class RedisStore {
  readonly #kept = new Map<string, Kept>();

  constructor(readonly now: () => number = Date.now) {}

  /** @throws RedisError */
  run([name = "", ...args]: Args): Reply {
    const command = commands[name.toUpperCase()];
    if (!command) throw new RedisError(`ERR unknown command '${name}', or one that the local target lacks`);
    const [least, most, work] = command;
    if (args.length < least || args.length > most) {
      throw new RedisError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
    }
    return work(this, args);
  }

  get<T extends Kept["value"]>(key: string, is: (value: Kept["value"]) => value is T): T | undefined {
    const kept = this.#kept.get(key);
    if (kept?.expires !== undefined && kept.expires <= this.now()) {
      this.#kept.delete(key);
      return undefined;
    }
    if (!kept) return undefined;
    if (!is(kept.value)) {
      throw new RedisError("WRONGTYPE Operation against a key holding the wrong kind of value");
    }
    return kept.value;
  }

  /** The collection at a key, made if there is none. */
  at<T extends Kept["value"]>(key: string, is: (value: Kept["value"]) => value is T, make: () => T): T {
    const found = this.get(key, is);
    if (found !== undefined) return found;
    const made = make();
    this.#kept.set(key, { value: made });
    return made;
  }

  put(key: string, value: Kept["value"], expires?: number): void {
    this.#kept.set(key, { value, ...(expires !== undefined && { expires }) });
  }

  has(key: string): boolean {
    return this.get(key, any) !== undefined;
  }

  delete(key: string): boolean {
    return this.has(key) && this.#kept.delete(key);
  }

  expires(key: string): number | undefined {
    return this.#kept.get(key)?.expires;
  }

  expire(key: string, time: number): boolean {
    const kept = this.has(key) ? this.#kept.get(key) : undefined;
    if (kept) kept.expires = time;
    return kept !== undefined;
  }

  clear(): void {
    this.#kept.clear();
  }

  get size(): number {
    return [...this.#kept.keys()].filter((key) => this.has(key)).length;
  }
}

const any = (_value: Kept["value"]): _value is Kept["value"] => true;
const text = (value: Kept["value"]): value is string => typeof value === "string";
const hash = (value: Kept["value"]): value is Map<string, string> => value instanceof Map;
const scores = (value: Kept["value"]): value is Map<string, number> => value instanceof Map;
const members = (value: Kept["value"]): value is Set<string> => value instanceof Set;
const list = (value: Kept["value"]): value is string[] => Array.isArray(value);

function integer(value: string | undefined): number {
  if (!/^-?\d{1,15}$/.test(value ?? "")) throw new RedisError("ERR value is not an integer or out of range");
  return Number(value);
}

const bound = (value: string) => (value === "-inf" ? -Infinity : value === "+inf" ? Infinity : Number(value));

function add(store: RedisStore, key: string, by: number): number {
  const sum = integer(store.get(key, text) ?? "0") + by;
  store.put(key, String(sum), store.expires(key));
  return sum;
}

function set(store: RedisStore, [key = "", value = "", ...options]: Args): Reply {
  let expires: number | undefined;
  let condition: boolean | undefined;
  let before: Reply | undefined;
  for (let at = 0; at < options.length; at++) {
    switch (options[at]?.toUpperCase()) {
      case "EX":
        expires = store.now() + integer(options[++at]) * 1000;
        break;
      case "PX":
        expires = store.now() + integer(options[++at]);
        break;
      case "KEEPTTL":
        expires = store.expires(key);
        break;
      case "NX":
        condition = !store.has(key);
        break;
      case "XX":
        condition = store.has(key);
        break;
      case "GET":
        before = store.get(key, text) ?? null;
        break;
      default:
        throw new RedisError("ERR syntax error");
    }
  }
  if (condition === false) return before ?? null;
  store.put(key, value, expires);
  return before === undefined ? "OK" : before;
}

/** Members by score, lowest first. */
const ranked = (found: Map<string, number> | undefined) =>
  [...(found ?? [])].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));

function timeToLive(store: RedisStore, key: string, unit: number): number {
  if (!store.has(key)) return -2;
  const expires = store.expires(key);
  return expires === undefined ? -1 : Math.ceil((expires - store.now()) / unit);
}

/** A collection that has become empty is gone. */
function removeFrom(
  store: RedisStore,
  key: string,
  found: { delete(member: string): boolean; size: number } | undefined,
  gone: Args,
): number {
  const count = gone.filter((member) => found?.delete(member)).length;
  if (found?.size === 0) store.delete(key);
  return count;
}

const most = 1000;
const commands: Readonly<
  Record<string, readonly [least: number, most: number, work: (store: RedisStore, args: Args) => Reply]>
> = {
  PING: [0, 1, (_, [message]) => message ?? "PONG"],
  GET: [1, 1, (store, [key = ""]) => store.get(key, text) ?? null],
  SET: [2, 7, set],
  MGET: [1, most, (store, keys) => keys.map((key) => store.get(key, text) ?? null)],
  DEL: [1, most, (store, keys) => keys.filter((key) => store.delete(key)).length],
  EXISTS: [1, most, (store, keys) => keys.filter((key) => store.has(key)).length],
  INCR: [1, 1, (store, [key = ""]) => add(store, key, 1)],
  DECR: [1, 1, (store, [key = ""]) => add(store, key, -1)],
  INCRBY: [2, 2, (store, [key = "", by]) => add(store, key, integer(by))],
  EXPIRE: [2, 2, (store, [key = "", s]) => Number(store.expire(key, store.now() + integer(s) * 1000))],
  PEXPIRE: [2, 2, (store, [key = "", ms]) => Number(store.expire(key, store.now() + integer(ms)))],
  TTL: [1, 1, (store, [key = ""]) => timeToLive(store, key, 1000)],
  PTTL: [1, 1, (store, [key = ""]) => timeToLive(store, key, 1)],
  HSET: [
    3,
    most,
    (store, [key = "", ...pairs]) => {
      if (pairs.length % 2 === 1) throw new RedisError("ERR wrong number of arguments for 'hset' command");
      const fields = store.at(key, hash, () => new Map<string, string>());
      const before = fields.size;
      for (let at = 0; at < pairs.length; at += 2) fields.set(pairs[at] ?? "", pairs[at + 1] ?? "");
      return fields.size - before;
    },
  ],
  HGET: [2, 2, (store, [key = "", field = ""]) => store.get(key, hash)?.get(field) ?? null],
  HGETALL: [1, 1, (store, [key = ""]) => [...(store.get(key, hash) ?? [])].flat()],
  HDEL: [2, most, (store, [key = "", ...fields]) => removeFrom(store, key, store.get(key, hash), fields)],
  SADD: [
    2,
    most,
    (store, [key = "", ...added]) => {
      const set = store.at(key, members, () => new Set<string>());
      const before = set.size;
      for (const member of added) set.add(member);
      return set.size - before;
    },
  ],
  SREM: [2, most, (store, [key = "", ...gone]) => removeFrom(store, key, store.get(key, members), gone)],
  SMEMBERS: [1, 1, (store, [key = ""]) => [...(store.get(key, members) ?? [])]],
  ZADD: [
    3,
    most,
    (store, [key = "", ...pairs]) => {
      const set = store.at(key, scores, () => new Map<string, number>());
      const before = set.size;
      for (let at = 0; at < pairs.length; at += 2) set.set(pairs[at + 1] ?? "", Number(pairs[at]));
      return set.size - before;
    },
  ],
  ZCARD: [1, 1, (store, [key = ""]) => store.get(key, scores)?.size ?? 0],
  ZRANGE: [
    3,
    3,
    (store, [key = "", from, to]) => {
      const names = ranked(store.get(key, scores)).map(([member]) => member);
      const end = integer(to);
      return names.slice(integer(from), end === -1 ? undefined : end + 1);
    },
  ],
  ZREMRANGEBYSCORE: [
    3,
    3,
    (store, [key = "", low = "", high = ""]) => {
      const set = store.get(key, scores);
      const gone = ranked(set).filter(([, score]) => score >= bound(low) && score <= bound(high));
      return removeFrom(
        store,
        key,
        set,
        gone.map(([member]) => member),
      );
    },
  ],
  LPUSH: [
    2,
    most,
    (store, [key = "", ...added]) => store.at(key, list, () => [] as string[]).unshift(...added.reverse()),
  ],
  RPOP: [
    1,
    1,
    (store, [key = ""]) => {
      const found = store.get(key, list);
      const last = found?.pop() ?? null;
      if (found?.length === 0) store.delete(key);
      return last;
    },
  ],
  DBSIZE: [0, 0, (store) => store.size],
  FLUSHDB: [
    0,
    1,
    (store) => {
      store.clear();
      return "OK";
    },
  ],
};

/** Commands that change nothing: all that a read-only token may send. */
export const readCommands: ReadonlySet<string> = new Set(
  "PING GET MGET EXISTS TTL PTTL HGET HGETALL SMEMBERS ZCARD ZRANGE DBSIZE".split(" "),
);
