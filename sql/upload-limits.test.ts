import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runMigrations } from "../infra/database/run.ts";
import { query, startTestPostgres, type TestPostgres } from "../local/services/postgres/testing.ts";
import { sqlFolder } from "./testing/folder.ts";

let postgres: TestPostgres;
let url: string;
let superuserUrl: string;
const clients: pg.Client[] = [];
beforeAll(async () => {
  postgres = await startTestPostgres();
  ({ url, superuserUrl } = await postgres.createDatabase());
  const directories = ["baseline", "free"].map(sqlFolder);
  await runMigrations({ connectionString: url, directories, report: () => {} });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await postgres?.close();
});
beforeEach(() => query(superuserUrl, "truncate private.upload_limits"));

const user = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A connection as the data API makes them for a user. */
async function signedIn(id: string, role = "authenticated"): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  clients.push(client);
  await client.connect();
  await client.query("select set_config('request.jwt.claims', $1, false)", [
    JSON.stringify({ sub: id, role }),
  ]);
  await client.query(`set role ${role}`);
  return client;
}

async function take(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ seconds: number }>("select take_upload_slot() as seconds");
  return rows[0]!.seconds;
}

/** So many, and no more beside than what comes back in the time that the test itself takes. */
function expectGranted(granted: number, expected: number, since: number): void {
  expect(granted).toBeGreaterThanOrEqual(expected);
  expect(granted).toBeLessThanOrEqual(expected + (performance.now() - since) / 2_000);
}

/** As if so much time had gone by. */
const pass = (seconds: number) =>
  query(superuserUrl, `update private.upload_limits set full_at = full_at - interval '${seconds} seconds'`);

describe("take_upload_slot", () => {
  test("gives 30 at once, then one every two seconds, to each user apart", async () => {
    const [ada, ben] = await Promise.all([signedIn(user(1)), signedIn(user(2))]);
    const since = performance.now();
    let granted = 0;
    const takesAll = async (expected: number) => {
      let seconds = await take(ada);
      for (; seconds === 0; seconds = await take(ada)) granted++;
      expect(seconds).toBeLessThanOrEqual(2);
      expectGranted(granted, expected, since);
    };
    await takesAll(30);
    expect(await take(ben)).toBe(0);
    await pass(4);
    await takesAll(32);
    // A refusal takes nothing, and waiting longer gives no more than the whole allowance.
    await pass(3600);
    await takesAll(62);
  });

  test("is exact for a user who sends many at once", async () => {
    const connections = await Promise.all(Array.from({ length: 8 }, () => signedIn(user(3))));
    const since = performance.now();
    const taken = await Promise.all(
      connections.map(async (client) => {
        let granted = 0;
        for (let n = 0; n < 10; n++) if ((await take(client)) === 0) granted++;
        return granted;
      }),
    );
    expectGranted(
      taken.reduce((sum, each) => sum + each, 0),
      30,
      since,
    );
  });

  test("forgets who has not come for a while", async () => {
    await query(
      superuserUrl,
      `insert into private.upload_limits
       select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, now() - interval '1 minute'
       from generate_series(1000, 1009) as n`,
    );
    const ada = await signedIn(user(1));
    for (let n = 0; n < 6; n++) await take(ada);
    const rows = await query<{ user_id: string }>(superuserUrl, "select user_id from private.upload_limits");
    expect(rows).toEqual([{ user_id: user(1) }]);
  });

  test("is for users alone, and its table for nobody", async () => {
    for (const role of ["anon", "service_role"]) {
      await expect(take(await signedIn(user(1), role))).rejects.toThrow(/permission denied for function/);
    }
    const nobody = await signedIn("");
    await nobody.query("reset request.jwt.claims");
    await expect(take(nobody)).rejects.toThrow(/only a user has an allowance/);
    const ada = await signedIn(user(1));
    await expect(ada.query("select from private.upload_limits")).rejects.toThrow(/permission denied/);
  });
});
