import pg from "pg";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import type { Problem } from "../../catalog/problem.ts";
import { asLibpq, redact } from "../database/connection.ts";
import { leavesQueue, undrained } from "../database/undrained.ts";
import type { Settings } from "../settings/settings.ts";
import type { DeployedResource } from "./deployed.ts";

/**
 * What a way down would leave behind in the database. Nobody is asked as long as nothing can be left behind: then an `up` needs
 * no database to begin with.
 */
export async function leftInDatabase(
  settings: Settings,
  deployed: readonly DeployedResource[],
): Promise<Problem[]> {
  // There is another command, which schedules the calls of functions.
  const migrations = deployed
    .filter(({ type }) => type === "command:local:Command")
    .map(({ outputs }) => outputs)
    .find((outputs) => String(outputs["create"]).includes("infra/database/migrate.ts"));
  if (!migrations) return [];
  const from = [...String(migrations["create"]).matchAll(/--dir sql\/(\w+)/g)].map(([, name = ""]) => name);
  if (!mayLeaveBehind(from, settings)) return [];
  const { DATABASE_URL: url = "" } = (migrations["environment"] ?? {}) as Record<string, string>;
  return leftBehind(url, from, settings);
}

/**
 * Whether leaving those folders can leave anything behind: jobs, or more data than the plan holds. What their SQL made does
 * not count: its ways down undo what can be made again, and the rest stays as it is.
 */
export function mayLeaveBehind(from: readonly string[], settings: Settings): boolean {
  const to = settings.database.sql;
  const leaves = from.some((folder) => !to.includes(folder));
  return leavesQueue({ from, to }) || (leaves && heldGigabytes(settings) !== undefined);
}

/** GB that the plan holds; undefined where the disk grows. */
function heldGigabytes({ plans }: Settings): number | undefined {
  const { diskGrows, databaseGigabytes } = supabasePlans[plans.supabase];
  return !diskGrows && typeof databaseGigabytes === "number" ? databaseGigabytes : undefined;
}

/**
 * The same for a database whose connection string is at hand.
 * @param from folders of `sql/` that it has
 */
export async function leftBehind(
  url: string,
  from: readonly string[],
  settings: Settings,
): Promise<Problem[]> {
  const limit = heldGigabytes(settings);
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({ connectionString: asLibpq(url), connectionTimeoutMillis: 10_000 });
    client.on("error", () => {}); // A lost connection makes the query fail, which is enough.
    await client.connect();
    return await undrained(client, {
      from,
      to: settings.database.sql,
      ...(limit !== undefined && { holdsGigabytes: limit }),
    });
  } catch (error) {
    return [
      {
        key: "database",
        value: `cannot be asked: ${redact((error as Error).message, url)}`,
        limit: `before tier ${settings.tier}, jobs that wait and the database's size have to be known`,
        fix: "Make it reachable from here, then try again.",
      },
    ];
  } finally {
    await client?.end().catch(() => {});
  }
}
