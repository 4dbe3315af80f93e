import type { Client, ClientBase } from "pg";
import { RefusedError } from "../../catalog/problem.ts";

/**
 * How often both connections are asked. Of a pooler with just two sessions, which others keep busy, one call in 2^17
 * would not notice, and of larger ones far fewer.
 */
const ROUNDS = 8;

/**
 * Refuses a connection whose session is not its own. A transaction pooler gives each transaction whichever session is
 * free: the lock of a run would bind nobody, stay behind when the run is over, and hold up or let in the next one. A
 * second connection shows it: the two meet in one session, or are led from one to another.
 *
 * To be called before anything is set in the session, which may be the application's next.
 * @param another opens a second connection to the same address
 * @throws RefusedError for a transaction pooler
 */
export async function expectOwnSession(
  client: ClientBase,
  another: () => Promise<Client>,
  host: string,
): Promise<void> {
  const other = await another();
  try {
    if (await keepTheirSessions(client, other)) return;
  } finally {
    await other.end().catch(() => {});
  }
  throw new RefusedError("The connection", [
    {
      key: "DATABASE_URL",
      value: `${host} is a transaction pooler`,
      limit: "a run needs a session of its own, for its lock and its settings",
      fix: "Take the direct connection or the session pooler: at Supabase port 5432, not 6543.",
      see: "https://supabase.com/docs/guides/database/connecting-to-postgres",
    },
  ]);
}

async function keepTheirSessions(one: ClientBase, other: ClientBase): Promise<boolean> {
  const first = await sessionOf(one);
  const second = await sessionOf(other);
  if (first === second) return false;
  for (let round = 0; round < ROUNDS; round++) {
    if ((await sessionOf(one)) !== first || (await sessionOf(other)) !== second) return false;
  }
  return true;
}

/** The number of the server's process behind the connection at this moment. */
async function sessionOf(client: ClientBase): Promise<number | undefined> {
  return (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;
}
