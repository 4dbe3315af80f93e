import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive, isDaemon, lockOwner } from "./lock.ts";
import { localPaths } from "./paths.ts";
import type { Ports } from "./ports.ts";

/** What a running daemon tells about itself in `daemon.json`. */
export interface DaemonInfo {
  readonly pid: number;
  /** ISO time. */
  readonly startedAt: string;
  readonly ports: Ports;
  /** gRPC port by the engine's name of the plugin. */
  readonly providers: Readonly<Record<string, number>>;
  /** What the engine and the program find in their environment: ports and tokens. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How long a daemon may take to be ready: a killed Postgres may have to recover. */
const startLimit = 90_000;
const stopLimit = 30_000;

/** The daemon that runs on this folder and is ready, if one is. */
export function runningDaemon(directory: string): DaemonInfo | undefined {
  const info = readInfo(directory);
  return info && isDaemon(info.pid, directory) ? info : undefined;
}

/**
 * The daemon of this folder, started if it does not run. It is a process of its own that outlives this one. One that
 * another process is starting is waited for, as is the end of one that is stopping.
 * @throws Error with the place of its log when it does not get ready
 */
export async function ensureDaemon(directory: string): Promise<{ info: DaemonInfo; started: boolean }> {
  const { lock } = localPaths(directory);
  const end = Date.now() + startLimit;
  for (;;) {
    const running = runningDaemon(directory);
    if (running) return { info: running, started: false };
    const owner = lockOwner(lock);
    if (owner === undefined) {
      const outcome = await startDaemon(directory, end - Date.now());
      if ("info" in outcome) return { info: outcome.info, started: true };
      if (lockOwner(lock) === undefined) throw new Error(outcome.error);
    } else if (Date.now() > end) {
      throw new Error(
        `The local target (process ${owner}) was not ready within ${startLimit / 1000} s. Stop it with npm run stop.`,
      );
    }
    await delay(50);
  }
}

async function startDaemon(
  directory: string,
  limitMs: number,
): Promise<{ info: DaemonInfo } | { error: string }> {
  const paths = localPaths(directory);
  mkdirSync(paths.log, { recursive: true, mode: 0o700 });
  const logFile = join(paths.log, "daemon.log");
  const log = openSync(logFile, "a", 0o600);
  const daemon = spawn(
    process.execPath,
    // The folder stands in the command line, by which a daemon is known.
    ["--import", "tsx", fileURLToPath(new URL("daemon.ts", import.meta.url)), directory],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      // A process group of its own: a Ctrl-C in this terminal must not end Postgres in the middle of an update.
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
    },
  );
  closeSync(log);
  const said = await Promise.race([
    once(daemon, "message").then(([message]) => message as { ready?: true; error?: string }),
    once(daemon, "exit").then(() => ({ error: undefined })),
    delay(limitMs, { error: `it was not ready within ${Math.round(limitMs / 1000)} s` }, { ref: false }),
  ]);
  // Without its starter, one that is not ready ends.
  if (daemon.connected) daemon.disconnect();
  daemon.unref();
  const info = readInfo(directory);
  if ("ready" in said && info) return { info };
  return {
    error: `The local target did not start: ${said.error ?? "it ended at once"}. Its log is ${logFile}.`,
  };
}

/** Stops the daemon, ready or not, and waits until it has put everything away; false if there was none. */
export async function stopDaemon(directory: string): Promise<boolean> {
  const pid = lockOwner(localPaths(directory).lock);
  if (pid === undefined) return false;
  process.kill(pid, "SIGTERM");
  const end = Date.now() + stopLimit;
  while (isAlive(pid)) {
    if (Date.now() > end)
      throw new Error(`The local target (process ${pid}) did not stop within ${stopLimit / 1000} s.`);
    await delay(20);
  }
  return true;
}

function readInfo(directory: string): DaemonInfo | undefined {
  try {
    return JSON.parse(readFileSync(localPaths(directory).daemon, "utf8")) as DaemonInfo;
  } catch {
    return undefined; // Not there, or not written to its end: not ready.
  }
}
