import type { IncomingHttpHeaders } from "node:http";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryCalls } from "../../../infra/backend/function-calls.ts";
import { scheduleCalls } from "../../../infra/backend/schedule-calls.ts";
import { runMigrations } from "../../../infra/database/run.ts";
import { sqlFolder } from "../../../sql/testing/folder.ts";
import { serve, type Served } from "../../../testing/serve.ts";
import { startTestPostgres, type TestPostgres } from "../postgres/testing.ts";
import { startTestClock, type TestClock } from "./testing.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: { text: string; data: { budget_ms: number; queries: Record<string, unknown>[] } };
}

let postgres: TestPostgres;
let client: pg.Client;
let clock: TestClock;
let receiver: Served;
const received: Received[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  const { url, superuserUrl } = await postgres.createDatabase();
  const directories = ["baseline", "free", "pro"].map(sqlFolder);
  await runMigrations({ connectionString: url, directories, report: () => {} });
  client = new pg.Client({ connectionString: url });
  await client.connect();
  clock = startTestClock(superuserUrl);
  receiver = await serve((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: JSON.parse(text) as Received["body"] });
      response.end();
    });
  });
});
afterAll(async () => {
  await clock?.close();
  await client?.end();
  await postgres?.close();
  await receiver?.close();
});

/** Lets the time until the next look go by. */
const look = () => clock.pass(5);

/** As a person's request through the data API does. */
async function ask(statement: string, values: unknown[] = []): Promise<void> {
  await client.query("begin; set local role authenticated");
  await client.query(statement, values);
  await client.query("commit");
}

test("a query over the budget is told within minutes, once, without anybody's values", async () => {
  await scheduleCalls(client, {
    functionsUrl: "",
    secret: "",
    calls: queryCalls(50),
    alertReceivers: JSON.stringify({
      emails: ["ops@lavlay.com"],
      webhook: `${receiver.url}/`,
      secret: "the receiver's",
    }),
  });
  await look();
  const slow = "select id, pg_sleep(0.1), 'of Ada' as whose from users right join (values ($1)) as v on true";
  await ask("select id from users where username = $1", ["ada"]);
  await ask(slow, ["Ada's message"]);
  await look();
  await ask(slow, ["Ada's message"]);
  await look();

  expect(received).toHaveLength(1);
  const [{ headers, body }] = received as [Received];
  expect(headers["cf-webhook-auth"]).toBe("the receiver's");
  expect(body).toMatchObject({
    name: "LavLay: slow queries",
    alert_type: "lavlay_slow_queries",
    text: expect.stringMatching(/^Statements of the API with a mean of more than 50 ms: 1\. The slowest/),
    data: {
      budget_ms: 50,
      queries: [{ calls: 1, statement: expect.stringMatching(/^select id, pg_sleep\(\$\d\)/) }],
    },
  });
  expect(JSON.stringify(body)).not.toContain("Ada");
  const { rows: noted } = await client.query("select statement, looks from private.slow_queries");
  expect(noted).toEqual([{ statement: expect.stringContaining("pg_sleep"), looks: 2 }]);
  const { rows: queued } = await client.query("select template, address, data from private.email_queue");
  expect(queued).toEqual([
    { template: "slow-queries", address: "ops@lavlay.com", data: { summary: body.text } },
  ]);
});

test("each look succeeds, and takes a moment however many statements there are", async () => {
  for (let columns = 1; columns <= 500; columns++) await ask(`select ${Array(columns).fill(1).join()}`);
  await look();
  const { rows } = await client.query<{ status: string; seconds: number }>(
    `select status, extract(epoch from end_time - start_time)::float as seconds
     from cron.job_run_details where command like '%watch_queries%' order by runid`,
  );
  expect(rows.map(({ status }) => status)).toEqual(Array(4).fill("succeeded"));
  expect(rows.at(-1)?.seconds).toBeLessThan(1);
  const { rows: kept } = await client.query("select count(*)::int as number from private.query_counts");
  expect(kept[0]?.number).toBeGreaterThan(500);
});
