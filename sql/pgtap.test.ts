import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { tiers } from "../infra/settings/tiers.ts";
import { startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { sqlFolder } from "./testing/folder.ts";
import { runPgTap } from "./testing/pgtap.ts";

const scripts = readdirSync(sqlFolder("tests")).filter((name) => name.endsWith(".sql"));

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
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
  }, 60_000);

  test.each(scripts)("%s", async (script) => {
    const results = await runPgTap(superuserUrl, sqlFolder(`tests/${script}`));
    const wrong = results.filter(
      ({ ok, skipped }) => !ok || (skipped !== undefined && !mayBeSkipped.test(skipped)),
    );
    expect(wrong).toEqual([]);
  });
});
