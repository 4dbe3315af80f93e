import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { tiers } from "../infra/settings/tiers.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { sqlFolder } from "./testing/folder.ts";
import { runPgTap } from "./testing/pgtap.ts";

const scripts = readdirSync(sqlFolder("tests")).filter((name) => name.endsWith(".sql"));

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.close());

/** What a tier has not is skipped; the highest has everything, so that no test is skipped on both. */
describe.each([
  ["free", /^needs tier (pro|team)$/],
  ["enterprise", /^nothing$/],
] as const)("tier %s", (tier, mayBeSkipped) => {
  let superuserUrl: string;
  beforeAll(async () => {
    const database = await postgres.createDatabase();
    superuserUrl = database.superuserUrl;
    const directories = tiers[tier].sql.map(sqlFolder);
    await runMigrations({ connectionString: database.url, directories, report: () => {} });
  });

  test.each(scripts)("%s", async (script) => {
    const results = await runPgTap(superuserUrl, sqlFolder(`tests/${script}`));
    const wrong = results.filter(
      ({ ok, skipped }) => !ok || (skipped !== undefined && !mayBeSkipped.test(skipped)),
    );
    expect(wrong).toEqual([]);
  });
});

/** What is wrong with a database is found: each change is made, and seen by what it lets fail. */
describe("rows.sql", () => {
  let superuserUrl: string;
  beforeAll(async () => {
    const database = await postgres.createDatabase();
    superuserUrl = database.superuserUrl;
    const directories = tiers.enterprise.sql.map(sqlFolder);
    await runMigrations({ connectionString: database.url, directories, report: () => {} });
  }, 60_000);

  const everyone = "anon, authenticated, service_role";
  test.each([
    [
      "a table of which nothing is said",
      "create table private.unheard_of ()",
      "drop table private.unheard_of",
      ["of each table it is said what comes of each verb by each role"],
      "(private.unheard_of,anon,select)",
    ],
    [
      "a function of which nothing is said",
      "create function public.unheard_of() returns void language sql security definer return null",
      "drop function public.unheard_of()",
      [
        "of each function that may write, or passes by row-level security, it is said what comes of calling it",
      ],
      "(unheard_of)",
    ],
    [
      "notifications that anyone signed in may write",
      "create policy hole on public.notifications for update to authenticated using (true)",
      "drop policy hole on public.notifications",
      ["notifications: update notifications set read_at = now() by authenticated"],
      "have: me other",
    ],
    [
      "payments that anyone signed in may read",
      "create policy hole on public.payments for select to authenticated using (true)",
      "drop policy hole on public.payments",
      ["payments: select by authenticated"],
      "have: ++",
    ],
    [
      "e-mails that the service may read without the functions",
      "grant select on private.email_queue to service_role",
      "revoke select on private.email_queue from service_role",
      ["email_queue: select by service_role"],
      // The other one has two.
      "have: +2",
    ],
    [
      "slow statements that anyone may forget",
      `create policy hole on private.slow_queries using (true); grant select, delete on private.slow_queries to ${everyone}`,
      `drop policy hole on private.slow_queries; revoke all on private.slow_queries from ${everyone}`,
      ["slow_queries: delete by anon", "slow_queries: delete from private.slow_queries by anon"],
      "have: me other",
    ],
    [
      "a payment that anyone signed in may record",
      "grant execute on function public.record_payment to authenticated",
      "revoke execute on function public.record_payment from authenticated",
      ["record_payment('pgtap-3', {id}, 100, 1, now()) by authenticated: payments"],
      "have: me",
    ],
  ])("finds %s", async (_name, hole, mend, names, diagnostic) => {
    await query(superuserUrl, hole);
    try {
      const failed = (await runPgTap(superuserUrl, sqlFolder("tests/rows.sql"))).filter(({ ok }) => !ok);
      expect(failed.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
      expect(failed.flatMap(({ diagnostics }) => diagnostics.map((line) => line.trim()))).toContain(
        diagnostic,
      );
    } finally {
      await query(superuserUrl, mend);
    }
  });

  test("and nothing once that is mended", async () => {
    const results = await runPgTap(superuserUrl, sqlFolder("tests/rows.sql"));
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });
});
