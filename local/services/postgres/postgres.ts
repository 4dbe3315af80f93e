import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { findBinaries } from "./binaries.ts";
import { bootstrap, setPasswords } from "./bootstrap.ts";
import { ensureCluster, SUPERUSER } from "./cluster.ts";
import { installExtensions } from "./extensions.ts";
import { stopLeftover } from "./leftover.ts";
import { archiveCommand } from "./recovery.ts";
import { unprivileged } from "./unprivileged.ts";

/** How long a start may take, recovery of a killed server included. */
const START_LIMIT_MS = 60_000;

export interface PostgresOptions {
  /** Folder of this Postgres alone; made if it is not there. One process at a time may use it. */
  readonly directory: string;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Of role `postgres`: the password of the Supabase project. */
  readonly password: string;
  /** Called with each line the server writes. */
  readonly log: (line: string) => void;
  /** Settings of the server that differ from those of Supabase's smallest instance, such as a benchmark's. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** A running Postgres 17 with what a Supabase project has. The URLs hold passwords: they are not to be printed. */
export interface PostgresServer {
  readonly port: number;
  /** As `supabase_admin`, who may do anything. */
  readonly superuserUrl: string;
  /** As `postgres`, who owns the project but is no superuser: for migrations and people. */
  readonly url: string;
  /** As `authenticator`, who may become `anon`, `authenticated` or `service_role`: for the data API. */
  readonly authenticatorUrl: string;
  /** As `supabase_auth_admin`, owner of the schema `auth`: for Auth. */
  readonly authAdminUrl: string;
  /** Gives role `postgres` another password; `url` has it from then on. */
  setPassword(password: string): Promise<void>;
  /** Ends all connections and waits until everything is on disk. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres on that folder, whatever a killed process left there: a half-made cluster is made anew, a server
 * still running is stopped, one that was killed recovers from its log.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { directory, port, log } = options;
  const binaries = findBinaries();
  await installExtensions(binaries.extensions);
  const { data, superuserPassword } = await ensureCluster(directory, binaries.initdb);
  await stopLeftover(data, log);

  const urlOf = (role: string, password: string) =>
    `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const superuserUrl = urlOf(SUPERUSER, superuserPassword);
  const archive = { archive_mode: "on", archive_command: archiveCommand(directory) };
  const args = serverArguments(data, { ...defaults, ...archive, ...options.settings, port });
  const child = await spawnServer(binaries.postgres, args, data, superuserUrl, log);
  let { password } = options;

  const setPassword = async (next: string) => {
    await withClient(superuserUrl, (client) => setPasswords(client, { postgres: next }));
    password = next;
  };
  try {
    await withClient(superuserUrl, async (client) => {
      await bootstrap(client);
      await setPasswords(client, {
        postgres: password,
        authenticator: superuserPassword,
        supabase_auth_admin: superuserPassword,
      });
    });
  } catch (error) {
    await stop(child);
    throw error;
  }
  return {
    port,
    superuserUrl,
    get url() {
      return urlOf("postgres", password);
    },
    authenticatorUrl: urlOf("authenticator", superuserPassword),
    authAdminUrl: urlOf("supabase_auth_admin", superuserPassword),
    setPassword,
    stop: () => stop(child),
  };
}

/** Stops what may run there and deletes the database with all its data. */
export async function destroyPostgres(directory: string): Promise<void> {
  const data = join(directory, "data");
  if (existsSync(data)) await stopLeftover(data, () => {});
  // Again while the initdb of a killed process is still writing.
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
}

/** Starts the server and waits until it accepts connections. */
async function spawnServer(
  postgres: string,
  args: readonly string[],
  data: string,
  url: string,
  log: (line: string) => void,
): Promise<ChildProcess> {
  const end = Date.now() + START_LIMIT_MS;
  for (;;) {
    const written: string[] = [];
    const child = spawn(...unprivileged(postgres, args), {
      stdio: ["ignore", "ignore", "pipe"],
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (written.push(line) > 50) written.shift();
      log(line);
    });
    const failure = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", () => resolve(written.join("\n")));
    });
    const reason = await Promise.race([failure, untilReady(url, child, end)]);
    if (reason === undefined) return child;
    // A server that was killed, or whose starter was, is still on its way out, or has only just come up.
    if (
      /shared memory block .* is still in use|lock file .* already exists/.test(reason) &&
      Date.now() < end
    ) {
      await delay(100);
      await stopLeftover(data, log);
      continue;
    }
    await stop(child);
    throw new Error(
      `Postgres did not start on port ${new URL(url).port}: ${reason.trim() || "it ended without a word"}`,
    );
  }
}

/** Settings that differ from Postgres's own. Data is as safe as by default: fsync stays on. */
const defaults = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 60, // As Supabase's smallest instance (Nano).
  wal_level: "logical",
  shared_preload_libraries: "pg_stat_statements",
  timezone: "UTC",
  log_timezone: "UTC",
};

function serverArguments(data: string, settings: Readonly<Record<string, string | number>>): string[] {
  return ["-D", data, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])];
}

/** Resolves to undefined when a connection succeeds, to the reason when time is over. */
async function untilReady(url: string, child: ChildProcess, end: number): Promise<string | undefined> {
  for (;;) {
    try {
      // A server that is being recovered to a moment answers before it is.
      const recovering = await withClient(url, (client) =>
        client.query<{ recovering: boolean }>("select pg_is_in_recovery() as recovering"),
      );
      if (!recovering.rows[0]?.recovering) return undefined;
      throw new Error("it is still being recovered");
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null) return new Promise(() => {}); // `failure` says why.
      if (Date.now() > end) return (error as Error).message;
      await delay(20);
    }
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: "local target" });
  client.on("error", () => {}); // A lost connection makes the query fail, which is enough.
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Fast shutdown: open transactions are rolled back, connections closed, a checkpoint is written. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGINT");
  await exit;
}
