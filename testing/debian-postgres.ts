import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { bootstrap, setPasswords } from "../local/services/postgres/bootstrap.ts";
import { SUPERUSER } from "../local/services/postgres/cluster.ts";
import { freePort, query } from "../local/services/postgres/testing.ts";
import { unprivileged } from "../local/services/postgres/unprivileged.ts";
import { until } from "./until.ts";

const HOME = "/usr/lib/postgresql/15";

/** Why a test with the real pg_cron is skipped; undefined where it is there. */
export const noDebianPostgres = ["bin/postgres", "lib/pg_cron.so"].every((file) =>
  existsSync(join(HOME, file)),
)
  ? undefined
  : "no Postgres with pg_cron: install the packages `postgresql-15` and `postgresql-15-cron`";

/** A Postgres with pg_cron at work in its database `postgres`, which has what a Supabase project has. */
export interface DebianPostgres {
  /** As `postgres`, who owns the project but is no superuser. */
  readonly url: string;
  /** Stops it and deletes its folder. */
  close(): Promise<void>;
}

export async function startDebianPostgres(): Promise<DebianPostgres> {
  const directory = mkdtempSync(join(tmpdir(), "lavlay-debian-"));
  const data = join(directory, "data");
  const port = await freePort();
  const password = randomBytes(24).toString("hex");
  const passwordFile = join(directory, "password");
  const urlOf = (role: string) => `postgresql://${role}:${password}@127.0.0.1:${port}/postgres`;
  let stop = async () => {};
  const close = async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    await promisify(execFile)(
      ...unprivileged(join(HOME, "bin/initdb"), [
        `--pgdata=${data}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
      ]),
    );
    const child = spawn(...unprivileged(join(HOME, "bin/postgres"), serverArguments(data, port)), {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (text) => (said += String(text)));
    child.on("error", (error) => (said += error.message));
    const ended = once(child, "close").catch(() => {});
    stop = async () => {
      child.kill("SIGINT"); // Ends all connections.
      await ended;
    };
    await until("Postgres accepts connections", () => {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`Postgres ended: ${said}`);
      return query(urlOf(SUPERUSER), "select 1").then(
        () => true,
        () => false,
      );
    });
    await becomeSupabase(urlOf(SUPERUSER), password);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: urlOf("postgres"), close };
}

function serverArguments(data: string, port: number): string[] {
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    shared_preload_libraries: "pg_stat_statements,pg_cron",
    "cron.database_name": "postgres",
    "cron.use_background_workers": "on", // Else it would log in, and have no password.
    fsync: "off",
  };
  return ["-D", data, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])];
}

/** @param url of the superuser */
async function becomeSupabase(url: string, password: string): Promise<void> {
  const superuser = new pg.Client({ connectionString: url });
  await superuser.connect();
  try {
    await bootstrap(superuser);
    await setPasswords(superuser, { postgres: password });
    // There a trigger does this when `postgres`, who is no superuser, creates the extension.
    await superuser.query(`
      create extension pg_cron with schema pg_catalog;
      grant usage on schema cron to postgres with grant option;
      grant all on all functions in schema cron to postgres with grant option;
      grant all on all tables in schema cron to postgres with grant option;
      revoke all on cron.job from postgres;
      grant select on cron.job to postgres with grant option`);
  } finally {
    await superuser.end();
  }
}
