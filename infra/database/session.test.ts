import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { query } from "../../local/services/postgres/testing.ts";
import { noPgBouncer, startPgBouncer, type PgBouncer } from "../../testing/pgbouncer.ts";
import { describeUnless } from "../../testing/skip.ts";
import { useRunner } from "./testing/runner.ts";

describeUnless(noPgBouncer, "a run through a pooler", () => {
  const runner = useRunner();
  const poolers: PgBouncer[] = [];

  beforeEach(() =>
    runner.write({
      "a/20260101000000_x.sql": "create table t (n int); select pg_sleep(0.2);",
      "a/20260101000001_y.sql": "create index concurrently if not exists t_n on t (n);",
    }),
  );
  afterEach(async () => {
    for (const pooler of poolers.splice(0)) await pooler.close();
  });

  async function through(poolSize: number, mode: "transaction" | "session"): Promise<string> {
    const pooler = await startPgBouncer(runner.server, { poolSize, mode });
    poolers.push(pooler);
    return pooler.through(runner.url);
  }
  const run = (connectionString: string) => runner.run(["a"], { connectionString });
  const refusal = (address: string) =>
    `DATABASE_URL: ${new URL(address).host} is a transaction pooler, but a run needs a session of its own, ` +
    "for its lock and its settings. Take the direct connection or the session pooler: at Supabase port 5432, not 6543.";

  /** What the application would find in the pooler's sessions. */
  const left = async () => ({
    locks: await runner.sql("select from pg_locks where locktype = 'advisory'"),
    schemas: await runner.sql("select from pg_namespace where nspname = 'supabase_migrations'"),
    table: await runner.sql("select from pg_class where relname = 't'"),
  });
  const nothing = { locks: [], schemas: [], table: [] };

  test.each([1, 2, 3])(
    "that shares %i sessions by transaction is refused, and leaves nothing behind",
    async (size) => {
      const address = await through(size, "transaction");
      const timeout = await query(address, "show statement_timeout");
      await expect(run(address)).rejects.toThrow(refusal(address));
      const both = await Promise.allSettled([run(address), run(address)]);
      expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      expect(await left()).toEqual(nothing);
      expect(await query(address, "show statement_timeout")).toEqual(timeout);
    },
  );

  test("is refused also while others keep all its sessions busy", async () => {
    const address = await through(3, "transaction");
    let over = false;
    const busy = Array.from({ length: 8 }, async () => {
      const client = new pg.Client({ connectionString: address });
      await client.connect();
      while (!over) await client.query("select pg_sleep(random() * 0.01)");
      await client.end();
    });
    try {
      for (let n = 0; n < 5; n++) await expect(run(address)).rejects.toThrow(refusal(address));
    } finally {
      over = true;
      await Promise.all(busy);
    }
    expect(await left()).toEqual(nothing);
  });

  test("that keeps the session applies everything once, two at once too", async () => {
    const address = await through(6, "session");
    const results = await Promise.all([run(address), run(address)]);
    expect(results.map(({ applied }) => applied).sort()).toEqual([0, 2]);
  });
});
