import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

/** What a server says that is not there yet: a new Supabase project, or one that restarts. */
const notYet = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "57P03", // The database system is starting up.
  "53300", // Too many connections.
]);

/**
 * Connects, waiting for a database that does not accept connections yet. A wrong password is not waited for.
 * @param limitMs how long to wait
 */
export async function connect(
  connectionString: string,
  limitMs: number,
  report: (line: string) => void,
): Promise<pg.Client> {
  const end = Date.now() + limitMs;
  for (let pause = 100; ; pause = Math.min(pause * 2, 5_000)) {
    const client = new pg.Client({
      connectionString: asLibpq(connectionString),
      application_name: "lavlay migrations",
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    client.on("error", () => {}); // A lost connection makes the next query fail, which is reported.
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (!isNotYet(error) || Date.now() + pause > end) throw error;
      if (pause === 100) report("waiting for the database to accept connections");
      await delay(pause);
    }
  }
}

function isNotYet(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  // Supabase's pooler knows a new project a little later than the project exists.
  return (
    (code !== undefined && notYet.has(code)) ||
    /tenant or user not found|timeout expired/i.test(message ?? "")
  );
}

/** `sslmode` means what it means to psql: `require` encrypts, `verify-full` also checks the certificate. */
export function asLibpq(connectionString: string): string {
  const url = new URL(connectionString);
  if (url.searchParams.has("sslmode")) url.searchParams.set("uselibpqcompat", "true");
  return url.href;
}

/** Takes the connection string and its password out of a text, as written and as decoded. */
export function redact(text: string, connectionString: string): string {
  const secrets = [connectionString];
  try {
    const { password } = new URL(connectionString);
    secrets.push(password, decodeURIComponent(password));
  } catch {
    // Not a URL: then the whole of it is the secret.
  }
  return secrets
    .filter((secret) => secret !== "")
    .reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
}
