import type { ClientBase } from "pg";
import { connect, redact } from "../database/connection.ts";
import type { ScheduledCall } from "./function-calls.ts";

const waitMs = 60_000;

/** What the command is told, by its environment alone: a command line can be read by others. */
interface Told {
  readonly functionsUrl: string;
  readonly secret: string;
  readonly calls: readonly ScheduledCall[];
  /** `AlertReceivers` as JSON; absent where nobody is told. */
  readonly alertReceivers?: string;
}

/** Makes the vault and the schedule what they are to be; all of it or nothing, and again without harm. */
export async function scheduleCalls(
  client: ClientBase,
  { functionsUrl, secret, calls, alertReceivers }: Told,
): Promise<void> {
  await client.query("begin");
  try {
    if (secret) {
      await keep(client, "functions_url", functionsUrl);
      await keep(client, "functions_secret", secret);
    }
    if (alertReceivers) await keep(client, "alert_receivers", alertReceivers);
    await client.query(
      `select cron.unschedule(jobid) from cron.job
       where jobname like 'lavlay-%' and username = current_user and jobname <> all ($1)`,
      [calls.map(({ name }) => name)],
    );
    for (const { name, schedule, command } of calls) {
      await client.query("select cron.schedule($1, $2, $3)", [name, schedule, command]);
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {}); // The first error is the one to tell.
    throw error;
  }
}

async function keep(client: ClientBase, name: string, value: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    "select vault.update_secret(id, $2), id from vault.secrets where name = $1",
    [name, value],
  );
  if (rows.length === 0) await client.query("select vault.create_secret($1, $2)", [value, name]);
}

async function main(): Promise<void> {
  const {
    DATABASE_URL: url = "",
    FUNCTIONS_URL: functionsUrl = "",
    FUNCTIONS_SECRET: secret = "",
    ALERT_RECEIVERS: alertReceivers,
  } = process.env;
  const say = (line: string) => redact(line, url).replaceAll(secret || url, "[secret]");
  const calls = JSON.parse(process.env["CALLS"] ?? "[]") as ScheduledCall[];
  try {
    const client = await connect(url, waitMs, (line) => console.log(say(line)));
    try {
      await scheduleCalls(client, { functionsUrl, secret, calls, alertReceivers });
    } finally {
      await client.end();
    }
    console.log(`scheduled ${calls.map(({ name }) => name).join(", ") || "nothing"}`);
  } catch (error) {
    console.error(say(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  }
}

if (process.argv[1]?.endsWith("schedule-calls.ts")) void main();
