import pg from "pg";
import { percentile } from "../../ops/check/percentile.ts";
import type { BenchDatabase } from "./server.ts";

/** One way to read something: a query of one database, as a signed-in user makes it. */
export interface Read {
  readonly database: BenchDatabase;
  /** May use `me`, the user's id, and `arg`, a text. */
  readonly sql: string;
  /** Who asks and with what, in turn. */
  readonly calls: readonly { readonly user: string; readonly arg?: string }[];
}

/** Milliseconds. */
export interface Percentiles {
  readonly runs: number;
  readonly p50: number;
  readonly p95: number;
}

export function percentiles(milliseconds: readonly number[]): Percentiles {
  const at = (share: number) => percentile(milliseconds, share);
  return { runs: milliseconds.length, p50: at(0.5), p95: at(0.95) };
}

const ROUNDS = 10;

/**
 * How long the server takes, without the way to it and back: the loop and the clock are on the server, the query's plan is
 * kept as a session keeps it. The ways are timed in turn, so that what the machine does meanwhile falls on all alike.
 * The first round warms up and says how often each may run.
 */
export async function timeReads<K extends string>(
  reads: Readonly<Record<K, Read>>,
  runs: number,
): Promise<Record<K, Percentiles>> {
  const names = Object.keys(reads) as K[];
  const sessions = new Map<K, { client: pg.Client; times: number[]; perRound: number }>();
  try {
    for (const name of names) {
      const client = await openSession(reads[name]);
      const [first = 0] = await call(client, reads[name], 1);
      await call(client, reads[name], first > 50 ? 1 : 20);
      const perRound = Math.max(
        1,
        Math.min(Math.ceil(runs / ROUNDS), Math.floor(1_000 / Math.max(first, 0.1))),
      );
      sessions.set(name, { client, times: [], perRound });
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, session] of sessions) {
        session.times.push(...(await call(session.client, reads[name], session.perRound)));
      }
    }
    return Object.fromEntries([...sessions].map(([name, { times }]) => [name, percentiles(times)])) as Record<
      K,
      Percentiles
    >;
  } finally {
    for (const { client } of sessions.values()) await client.end();
  }
}

async function openSession({ database, sql }: Read): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("set role authenticated");
  await client.query(`
    create function pg_temp.once(me uuid, arg text) returns void language plpgsql as $once$
    declare
      answer record;
    begin
      for answer in ${sql} loop
      end loop;
    end
    $once$;
    create function pg_temp.often(runs integer, users uuid[], args text[], first integer) returns double precision[]
    language plpgsql as $often$
    declare
      times double precision[] := '{}';
      started timestamptz;
      nth integer;
    begin
      for run in 0 .. runs - 1 loop
        nth := 1 + (first + run) % cardinality(users);
        perform set_config('request.jwt.claims', json_build_object('sub', users[nth], 'role', 'authenticated')::text, false);
        started := clock_timestamp();
        perform pg_temp.once(users[nth], args[nth]);
        times := times || extract(epoch from clock_timestamp() - started)::double precision * 1000;
      end loop;
      return times;
    end
    $often$`);
  return client;
}

const made = new WeakMap<pg.Client, number>();

async function call(client: pg.Client, { calls }: Read, runs: number): Promise<number[]> {
  const first = made.get(client) ?? 0;
  made.set(client, first + runs);
  const { rows } = await client.query<{ times: number[] }>("select pg_temp.often($1, $2, $3, $4) as times", [
    runs,
    calls.map(({ user }) => user),
    calls.map(({ arg }) => arg ?? null),
    first,
  ]);
  return rows[0]?.times ?? [];
}
