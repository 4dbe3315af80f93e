import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostgresServer } from "../local/services/postgres/postgres.ts";
import { freePort } from "../local/services/postgres/testing.ts";
import { unprivileged } from "../local/services/postgres/unprivileged.ts";
import { until } from "./until.ts";

const PROGRAM = "/usr/sbin/pgbouncer";

/** Why a test with a real pooler is skipped; undefined where there is one. */
export const noPgBouncer = existsSync(PROGRAM) ? undefined : "no PgBouncer: install the package `pgbouncer`";

export interface PgBouncerOptions {
  /** Connections to the server, for each role and database. */
  readonly poolSize: number;
  /** How long a client has a server connection: for a transaction, as the data API does, unless told. */
  readonly mode?: "transaction" | "session";
}

/** A PgBouncer in front of a Postgres, for the roles `authenticator` and `postgres`. */
export interface PgBouncer {
  /** The address of the same role and database through the pooler. */
  through(url: string): string;
  /** Ends it and its connections, and deletes its folder. */
  close(): Promise<void>;
}

export async function startPgBouncer(server: PostgresServer, options: PgBouncerOptions): Promise<PgBouncer> {
  const directory = mkdtempSync(join(tmpdir(), "lavlay-pgbouncer-"));
  const port = await freePort();
  const write = (name: string, lines: string[]) => {
    writeFileSync(join(directory, name), lines.join("\n") + "\n", { mode: 0o600 });
    return join(directory, name);
  };
  const users = write("userlist.txt", [server.authenticatorUrl, server.url].map(userOf));
  const settings = write("pgbouncer.ini", [
    "[databases]",
    `* = host=127.0.0.1 port=${server.port}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${users}`,
    `pool_mode = ${options.mode ?? "transaction"}`,
    `default_pool_size = ${options.poolSize}`,
    "max_client_conn = 100",
  ]);
  const child = spawn(...unprivileged(PROGRAM, ["--quiet", settings]), {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => (said += String(data)));
  child.on("error", (error) => (said += error.message));
  const ended = once(child, "close").catch(() => {});
  const close = async () => {
    child.kill("SIGTERM"); // At once: it does not wait for clients.
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  const through = (url: string) => {
    const address = new URL(url);
    address.port = String(port);
    return address.href;
  };
  try {
    await until("PgBouncer accepts connections", () => {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`PgBouncer ended: ${said}`);
      return isListening(port);
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { through, close };
}

/** Asks for no database: a connection to `postgres` would keep that from being copied. */
async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A line of PgBouncer's own list: with the password as it is, it can both check it and log in with it. */
function userOf(url: string): string {
  const { username, password } = new URL(url);
  return [username, decodeURIComponent(password)].map((word) => `"${word.replaceAll('"', '""')}"`).join(" ");
}
