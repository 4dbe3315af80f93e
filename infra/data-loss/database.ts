import pg from "pg";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import type { Problem } from "../../catalog/problem.ts";
import { asLibpq, redact } from "../database/connection.ts";
import { undrained } from "../database/undrained.ts";
import type { Settings } from "../settings/settings.ts";
import type { DeployedResource } from "./deployed.ts";

/**
 * What a way down would leave behind in the database. Nobody is asked as long as the stack keeps its SQL and its plan: then
 * nothing can be left behind, and an `up` needs no database to begin with.
 */
export async function leftInDatabase(
  settings: Settings,
  deployed: readonly DeployedResource[],
): Promise<Problem[]> {
  const migrations = deployed.find(({ type }) => type === "command:local:Command")?.outputs;
  if (!migrations) return [];
  const from = [...String(migrations["create"]).matchAll(/--dir sql\/(\w+)/g)].map(([, name = ""]) => name);
  const to = settings.database.sql;
  if (from.every((folder) => to.includes(folder))) return [];
  const { DATABASE_URL: url = "" } = (migrations["environment"] ?? {}) as Record<string, string>;
  return leftBehind(url, from, settings);
}

/**
 * The same for a database whose connection string is at hand.
 * @param from folders of `sql/` that it has
 */
export async function leftBehind(
  url: string,
  from: readonly string[],
  { database, plans, tier }: Settings,
): Promise<Problem[]> {
  const { diskGrows, databaseGigabytes } = supabasePlans[plans.supabase];
  const limit = !diskGrows && typeof databaseGigabytes === "number" ? databaseGigabytes : undefined;
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({ connectionString: asLibpq(url), connectionTimeoutMillis: 10_000 });
    client.on("error", () => {}); // A lost connection makes the query fail, which is enough.
    await client.connect();
    return await undrained(client, {
      from,
      to: database.sql,
      ...(limit !== undefined && { holdsGigabytes: limit }),
    });
  } catch (error) {
    return [
      {
        key: "database",
        value: `cannot be asked: ${redact((error as Error).message, url)}`,
        limit: `before tier ${tier}, jobs that wait and the database's size have to be known`,
        fix: "Make it reachable from here, then try again.",
      },
    ];
  } finally {
    await client?.end().catch(() => {});
  }
}
